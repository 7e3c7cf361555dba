import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { replaceImports } from './imports.ts';
import { entryOutput, loadedWith } from './loaded-with.ts';

type Outputs = Metafile['outputs'];
type Output = Outputs[string];

/** The name of the chunk with all that is loaded at the start but the entry itself. */
const START = 'start.mjs';

/**
 * Makes one file of the chunks that the entry loads at once. esbuild makes one for each set of entries that share
 * something, some twenty, and each costs a cold start a look-up, a reading and a compilation of its own. The entry stays
 * apart: it awaits the tables, and what is loaded late meanwhile (YAML) must not wait for it in turn.
 */
export function joinStart(root: string, { inputs, outputs }: Metafile): Metafile {
  const entry = entryOutput({ outputs });
  const joined = [...loadedWith({ outputs }, entry)].filter((path) => path !== entry);
  const folder = dirname(joined[0] ?? '');
  const start = join(folder, START);
  const place = new Map(joined.map((path, index) => [basename(path), `_${index}_`]));
  const others = Object.keys(outputs).filter((path) => !joined.includes(path));
  const built = buildSync({
    stdin: {
      contents: joined.map((path) => exported(path, outputs, place)).join('\n'),
      resolveDir: join(root, folder),
    },
    absWorkingDir: root,
    outfile: start,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    external: others.map((path) => `./${basename(path)}`),
    metafile: true,
    logLevel: 'warning',
  });
  const kept = others.map((path) => {
    const output = outputs[path] as Output;
    const code = fromStart(readFileSync(join(root, path), 'utf8'), place);
    writeFileSync(join(root, path), code);
    const imports = output.imports.map((each) =>
      joined.includes(each.path) ? { ...each, path: start } : each,
    );
    return [path, { ...output, imports }];
  });
  for (const path of joined) rmSync(join(root, path));
  const [made] = Object.values(built.metafile.outputs) as [Output];
  const parts = joined.flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}));
  const all = [...kept, [start, { ...made, inputs: Object.fromEntries(parts) }]];
  return { inputs, outputs: Object.fromEntries(all) };
}

/** Everything that a chunk exports, by names that no other chunk's has. */
function exported(path: string, outputs: Outputs, place: ReadonlyMap<string, string>): string {
  const name = basename(path);
  const names = outputs[path]?.exports ?? [];
  return `export { ${names.map((each) => `${each} as ${place.get(name)}${each}`).join(', ')} } from './${name}';`;
}

/** Code that imports of the one chunk what it imported of the many. */
function fromStart(code: string, place: ReadonlyMap<string, string>): string {
  return replaceImports(code, ({ from, names }) => {
    const mark = place.get(basename(from));
    if (mark === undefined) return undefined;
    const path = JSON.stringify(`${from.slice(0, -basename(from).length)}${START}`);
    if (names.length === 0) return `import${path};`;
    return `import{${names.map(([imported, local]) => `${mark}${imported} as ${local}`).join(',')}}from${path};`;
  });
}
