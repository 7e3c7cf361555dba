import { readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { replaceImports } from './imports.ts';

/**
 * Makes a file ask for Node's own modules by process.getBuiltinModule(), not by import: for an import Node looks at each
 * thing that a module has, and so loads what it has for those who want it. `node:http` has WebSocket, and with it all of
 * undici: 16 ms of a cold start; `node:util` has 5, `node:fs` 3.
 * https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 * Returns the file's new size in octets.
 */
export function askForBuiltins(file: string): number {
  const asked: string[] = [];
  const code = replaceImports(readFileSync(file, 'utf8'), ({ from, standard, namespace, names }) => {
    if (!isBuiltin(from)) return undefined;
    const whole = `process.getBuiltinModule(${JSON.stringify(from)})`;
    for (const name of [standard, namespace]) if (name) asked.push(`${name}=${whole}`);
    const listed = names.map(([imported, local]) => `${imported}:${local}`);
    if (names.length > 0) asked.push(`{${listed.join(',')}}=${whole}`);
    return '';
  });
  // at the top, where an import would be too
  const whole = asked.length > 0 ? `const ${asked.join(',')};${code}` : code;
  writeFileSync(file, whole);
  return Buffer.byteLength(whole);
}
