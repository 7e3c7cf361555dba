/** Marks a part of a page that is printed; `name` for the marks, `source` for whoever would edit it by hand. */
export type Part = { readonly name: string; readonly source: string };

/** A page with such a part made anew between its two marks. Throws where the marks are not there. */
export function withPart(text: string, { name, source }: Part, printed: string): string {
  const first = `<!-- ${name}: printed by \`npm run docs\` from ${source} -->`;
  const last = `<!-- /${name} -->`;
  const begin = text.indexOf(first);
  const end = text.indexOf(last);
  if (begin < 0 || end < begin) throw new Error(`no marks: ${first} and ${last}`);
  return `${text.slice(0, begin)}${first}\n\n${printed}\n\n${text.slice(end)}`;
}
