import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, Delivery, Wire } from '../relay.ts';

/** Writes a mail into the directory of its route, or into the server's outbox. */
export async function save({ queueid, head, body, route }: Delivery, wire: Wire): Promise<Answer> {
  const { directory } = route.options;
  const folder = typeof directory === 'string' ? directory : wire.outbox;
  try {
    const path = await write(folder, fileName(queueid, wire.now()), [head, body]);
    return {
      code: '200',
      dsn: null,
      command: 'DATA',
      message: [path, 'Successfully saved'],
      outcome: 'accepted',
    };
  } catch (error) {
    // RFC 3463 X.3.0: a full disk, no permission. The path stays in the log
    const cause = error instanceof Error ? error.message : String(error);
    const message = ['Cannot write the file'];
    return { code: '451', dsn: '4.3.0', command: 'DATA', message, outcome: 'deferred', cause };
  }
}

/** Date, queueid and 64 random bits: recipients of one mail never share a name, and none is ever taken twice. */
function fileName(queueid: string, now: number): string {
  const date = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
  const safe = queueid.replace(/[^0-9A-Za-z_-]/g, '_').slice(0, 64);
  return `haineko.${date}.${safe}.${randomBytes(8).toString('hex')}.eml`;
}

/** Writes under a temporary name and renames: whoever watches the directory never sees half a mail. */
async function write(folder: string, name: string, parts: readonly Uint8Array[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const temporary = join(folder, `.${name}.tmp`);
  try {
    // mails are private to their owner
    await writeFile(temporary, parts, { flag: 'wx', mode: 0o600, flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  return path;
}
