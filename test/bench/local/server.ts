import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCommand } from '../../../bin/build.ts';
import { compiledAsUsual, inFolder } from '../compiled.ts';
import { submission } from '../event.ts';
import { type Figure, figure } from '../figure.ts';
import { interleaved } from '../interleaved.ts';
import type { Effort, Row } from '../row.ts';
import { ratios } from '../sample.ts';
import { type Served, served } from './served.ts';

/** The local server under load, its log on. */
export const localServer: Row = {
  name: 'local-server',
  title: 'The local server',
  how: '`haineko start` as it is published, a process of its own, its log written to a file and what became of each mail to its journal; POSTs of 1 KB for mailer Discard, which has no mail composed, over 16 connections by autocannon. In turn with a node:http server that reads a JSON document and writes it back, and with the usual way (hono, zod, nodemailer, a log line each).',
  run: (effort) => inFolder((folder) => measure(folder, effort)),
};

async function measure(folder: string, { rounds, quick }: Effort): Promise<readonly Figure[]> {
  const servers: Served[] = [];
  const start = async (name: string, ...args: readonly string[]) => {
    const server = await served(args, join(folder, `${name}.log`));
    servers.push(server);
    return server;
  };
  try {
    await buildCommand(join(folder, 'command'));
    const config = join(folder, 'config');
    mkdirSync(config);
    writeFileSync(join(config, 'mailertable'), '{"default":{"mailer":"Discard"}}');
    writeFileSync(join(config, 'recipients'), '{"domainpart":["example.org"]}');
    const command = join(folder, 'command', 'haineko.js');
    const started = (journal: string) => [
      ...['start', '--port', '0', '--config', config],
      ...['--journal', join(folder, journal)],
    ];
    const usual = compiledAsUsual(new URL('usual-server.ts', import.meta.url), folder);
    const [ours, echo, theirs] = [
      await start('ours', command, ...started('journal')),
      await start('echo', fileURLToPath(new URL('echo.mjs', import.meta.url))),
      await start('usual', usual),
    ];
    const body = submission();
    const load = { connections: 16, seconds: quick ? 1 : 2 };
    const samples = await interleaved(
      {
        echo: () => echo.rate(body, load),
        ours: () => ours.rate(body, load),
        usual: () => theirs.rate(body, load),
      },
      rounds,
      quick ? 0 : 2,
    );
    return [
      figure('the limit: node:http, a JSON echo', samples.echo, '/s'),
      figure('the local server', samples.ours, '/s'),
      figure('the local server', ratios(samples.ours, samples.echo), ' x the limit', { least: 0.6 }),
      figure('the usual way', ratios(samples.usual, samples.echo), ' x the limit'),
    ];
  } finally {
    for (const server of servers) await server.stop();
  }
}
