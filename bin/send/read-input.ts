import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandFailure, type World } from '../command.ts';

/** Most octets of a file: no relay takes a request that large (max_request_size). */
const MOST_OCTETS = 100_000_000;

/** The octets of a file, or of stdin where `path` is '-'. Rejects with a failure that names the option. */
export async function octetsOf(option: string, path: string, world: World): Promise<Buffer> {
  const octets = path === '-' ? await stdinOctets(world) : await fileOctets(option, path, world);
  if (octets.length <= MOST_OCTETS) return octets;
  throw tooMuch(option, path);
}

/** The same as a text: UTF-8, without its byte order mark. */
export async function textOf(option: string, path: string, world: World): Promise<string> {
  const octets = await octetsOf(option, path, world);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    throw new CommandFailure(
      `${option}: ${shown(path)} is not UTF-8`,
      'Convert it: iconv -f ISO-2022-JP -t UTF-8 FILE. A whole message in any charset goes by --eml.',
    );
  }
}

async function fileOctets(option: string, path: string, { cwd }: World): Promise<Buffer> {
  const file = resolve(cwd, path);
  try {
    if ((await stat(file)).size > MOST_OCTETS) throw tooMuch(option, path);
    return await readFile(file);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = WHY[code] ?? `it cannot be read (${code})`;
    throw new CommandFailure(`${option}: ${path}: ${why}`);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
};

async function stdinOctets({ stdin, stderr }: World): Promise<Buffer> {
  if (stdin.isTTY) stderr.write('Type it, then Ctrl-D on a line of its own:\n');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const octets = Buffer.from(chunk);
    size += octets.length;
    chunks.push(octets);
    // one octet too many is enough to know
    if (size > MOST_OCTETS) break;
  }
  return Buffer.concat(chunks);
}

function tooMuch(option: string, path: string): CommandFailure {
  return new CommandFailure(`${option}: ${shown(path)} has more than ${MOST_OCTETS} bytes`);
}

function shown(path: string): string {
  return path === '-' ? 'what came on stdin' : path;
}
