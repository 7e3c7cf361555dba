import { readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { replaceImports } from './imports.ts';

/** An import() as esbuild writes it, minified. */
const LATE = /(?<![.\w$])import\("([^"\n]+)"\)/g;

/**
 * Makes a file ask for Node's own modules by process.getBuiltinModule(), not by import: for an import Node looks at each
 * thing that a module has, and so loads what it has for those who want it. `node:http` has WebSocket, and with it all of
 * undici: 16 ms of a cold start; `node:util` has 5, `node:fs` 3.
 * https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 * Returns the file's new size in octets. Throws where it asks for other modules than `expected`, which esbuild has told.
 */
export function askForBuiltins(file: string, expected: ReadonlySet<string>): number {
  const asked: string[] = [];
  const found = new Set<string>();
  const wholeOf = (name: string) => {
    found.add(name);
    return `process.getBuiltinModule(${JSON.stringify(name)})`;
  };
  const code = replaceImports(readFileSync(file, 'utf8'), ({ from, standard, namespace, names }) => {
    if (!isBuiltin(from)) return undefined;
    const whole = wholeOf(from);
    for (const name of [standard, namespace]) if (name) asked.push(`${name}=${whole}`);
    for (const [imported, local] of names)
      asked.push(imported === 'default' ? `${local}=${whole}` : `{${imported}:${local}}=${whole}`);
    return '';
  }).replace(LATE, (late, from: string) => (isBuiltin(from) ? `Promise.resolve(${wholeOf(from)})` : late));
  const strange = [...expected]
    .filter((name) => !found.has(name))
    .concat([...found].filter((name) => !expected.has(name)));
  if (strange.length > 0)
    throw new Error(`${file}: expected its imports of ${strange.join(', ')} to be found`);
  // at the top, where an import would be too
  const whole = asked.length > 0 ? `const ${asked.join(',')};${code}` : code;
  writeFileSync(file, whole);
  return Buffer.byteLength(whole);
}
