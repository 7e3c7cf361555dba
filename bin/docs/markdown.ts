/** A table of Markdown; cells are on one line, and a bar in one does not end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A value as code; nothing, as a dash. */
export function code(value: string | null | undefined): string {
  return value === null || value === undefined || value === '' ? '-' : `\`${value}\``;
}

/** Parts of a page, an empty line between two of them, and a line end at its end. */
export function page(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The first line of a printed page: who edits it by hand loses the edit. */
export function printedFrom(...sources: readonly string[]): string {
  return `<!-- Printed by \`npm run docs\` from ${sources.join(' and ')}: edit those, not this page. -->`;
}

function cell(text: string): string {
  // a tag would vanish in the printed page, save within code
  const parts = text.replace(/\s*\n\s*/g, ' ').split(/(`[^`]*`)/);
  return parts
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('')
    .replaceAll('|', '\\|');
}
