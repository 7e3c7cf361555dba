import type { Metafile } from 'esbuild';

/** The output files that loading `file` loads at once: import statements only, not import(). Paths as in the metafile. */
export function loadedWith(metafile: Pick<Metafile, 'outputs'>, file: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (path: string) => {
    const output = metafile.outputs[path];
    if (output === undefined || seen.has(path)) return;
    seen.add(path);
    for (const each of output.imports) if (each.kind === 'import-statement') visit(each.path);
  };
  visit(file);
  return seen;
}

/** The metafile's name of the entry's output. */
export function entryOutput(metafile: Pick<Metafile, 'outputs'>): string {
  const found = Object.keys(metafile.outputs).find((path) => path.endsWith('/submit.mjs'));
  if (found === undefined) throw new Error('the bundle has no submit.mjs');
  return found;
}
