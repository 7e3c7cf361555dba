import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { replaceImports } from './imports.ts';
import { entryOutput, loadedWith } from './loaded-with.ts';

type Outputs = Metafile['outputs'];
type Output = Outputs[string];

/** The name of the chunk with all that is loaded at the start but the entry itself. */
const START = 'start.mjs';

/** The name of the chunk with what parts that are loaded later share. */
const SHARED = 'shared.mjs';

/**
 * Makes one file of the chunks that the entry loads at once. esbuild makes one for each set of entries that share
 * something, some twenty, and each costs a cold start a look-up, a reading and a compilation of its own. The entry stays
 * apart: it awaits the tables, and what is loaded late meanwhile (YAML) must not wait for it in turn.
 */
export function joinStart(root: string, metafile: Metafile): Metafile {
  const entry = entryOutput(metafile);
  const joined = [...loadedWith(metafile, entry)].filter((path) => path !== entry);
  return joined.length > 1 ? joinChunks(root, metafile, joined, START) : metafile;
}

/**
 * Makes one file of the chunks that mailers share and that need nothing but each other and what is there from the start:
 * some ten of a few hundred octets, and the first mail would wait for each. To be called after joinStart().
 */
export function joinShared(root: string, metafile: Metafile): Metafile {
  const entry = entryOutput(metafile);
  // not the entry itself: what is loaded late must not wait for it
  const start = new Set([...loadedWith(metafile, entry)].filter((path) => path !== entry));
  const { outputs } = metafile;
  let joined = Object.keys(outputs).filter((path) => {
    const { entryPoint, inputs = {} } = outputs[path] ?? {};
    const own = Object.keys(inputs).every((each) => each.startsWith('functions/'));
    return own && entryPoint === undefined && !start.has(path);
  });
  for (let before = Number.POSITIVE_INFINITY; joined.length < before; ) {
    before = joined.length;
    joined = joined.filter((path) =>
      outputs[path]?.imports.every((each) => start.has(each.path) || joined.includes(each.path)),
    );
  }
  return joined.length > 1 ? joinChunks(root, metafile, joined, SHARED) : metafile;
}

/** One file of several chunks, each import of one of them turned to it. */
function joinChunks(
  root: string,
  { inputs, outputs }: Metafile,
  joined: readonly string[],
  name: string,
): Metafile {
  const folder = dirname(joined[0] ?? '');
  const made = join(folder, name);
  const place = new Map(joined.map((path, index) => [basename(path), `_${index}_`]));
  const others = Object.keys(outputs).filter((path) => !joined.includes(path));
  const built = buildSync({
    stdin: {
      contents: joined.map((path) => exported(path, outputs, place)).join('\n'),
      resolveDir: join(root, folder),
    },
    absWorkingDir: root,
    outfile: made,
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
    const code = fromJoined(readFileSync(join(root, path), 'utf8'), place, name);
    writeFileSync(join(root, path), code);
    const imports = output.imports.map((each) =>
      joined.includes(each.path) ? { ...each, path: made } : each,
    );
    return [path, { ...output, imports }];
  });
  for (const path of joined) rmSync(join(root, path));
  const [output] = Object.values(built.metafile.outputs) as [Output];
  const parts = joined.flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}));
  const imports = joined
    .flatMap((path) => outputs[path]?.imports ?? [])
    .filter((each) => !joined.includes(each.path));
  const all = [...kept, [made, { ...output, imports, inputs: Object.fromEntries(parts) }]];
  return { inputs, outputs: Object.fromEntries(all) };
}

/** Everything that a chunk exports, by names that no other chunk's has. */
function exported(path: string, outputs: Outputs, place: ReadonlyMap<string, string>): string {
  const name = basename(path);
  const names = outputs[path]?.exports ?? [];
  return `export { ${names.map((each) => `${each} as ${place.get(name)}${each}`).join(', ')} } from './${name}';`;
}

/** Code that imports of the one chunk what it imported of the many. */
function fromJoined(code: string, place: ReadonlyMap<string, string>, name: string): string {
  return replaceImports(code, ({ from, standard, namespace, names }) => {
    const mark = place.get(basename(from));
    if (mark === undefined) return undefined;
    if (standard ?? namespace)
      throw new Error(`esbuild imports ${standard ?? namespace} of ${from}: names were expected`);
    const path = JSON.stringify(`${from.slice(0, -basename(from).length)}${name}`);
    if (names.length === 0) return `import${path};`;
    return `import{${names.map(([imported, local]) => `${mark}${imported} as ${local}`).join(',')}}from${path};`;
  });
}
