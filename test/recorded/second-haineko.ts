import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localContext } from '../../bin/local/context.ts';
import { listen } from '../../bin/local/server.ts';

/** The other Haineko of the recordings, by the port that their tables name: ours here; the second one wants a password. */
export type SecondHaineko = {
  readonly ports: ReadonlyMap<number, number>;
  close(): Promise<void>;
};

/** Starts them, with a route to a smarthost. */
export async function startSecondHaineko(smarthost: number | undefined): Promise<SecondHaineko> {
  const folder = await mkdtemp(join(tmpdir(), 'haineko-second-'));
  const tables = {
    'haineko.cf': 'hostname: second.example.jp\n',
    mailertable: `default: { host: 127.0.0.1, port: ${smarthost} }\n`,
    recipients: 'domainpart: [ example.org ]\n',
  };
  for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, name), text);
  const serve = async (requireAuth: boolean) => {
    const options = {
      port: 0,
      host: '127.0.0.1',
      config: folder,
      outbox: folder,
      requireAuth,
      passwordFile: undefined,
      development: false,
    };
    return listen(localContext(options), '127.0.0.1', 0);
  };
  const open = await serve(false);
  const closed = await serve(true);
  return {
    ports: new Map([
      [2799, open.port],
      [2797, closed.port],
    ]),
    close: async () => {
      await Promise.all([open.close(), closed.close()]);
      await rm(folder, { recursive: true });
    },
  };
}
