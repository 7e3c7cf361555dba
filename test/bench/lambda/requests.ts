import { execFileSync } from 'node:child_process';
import { execPath } from 'node:process';
import { compiled, inFolder } from '../compiled.ts';
import { figure } from '../figure.ts';
import type { Row } from '../row.ts';
import { ratios, type Sample } from '../sample.ts';

type Samples = Readonly<Record<'checks' | 'lines' | 'composed' | 'usual', Sample>>;

/** Checks, routing and answer: what a request costs the processor when nothing has to be waited for. */
export const requests: Row = {
  name: 'requests',
  title: 'Checks, routing and answer',
  how: 'Events of API Gateway with a mail of 1 KB, one after another in one process, tables in memory, by mailer Discard, which reads no mail, so that none is composed: from the event to the answer; the same with its log line and its metrics written into the void; and with the mail composed as for every other mailer. The usual way is hono, zod and nodemailer (its JSON transport, one log line).',
  run: ({ rounds, quick }) =>
    inFolder(async (folder) => {
      const program = compiled(new URL('requests-process.ts', import.meta.url), folder);
      const seconds = quick ? '0.02' : '0.5';
      const printed = execFileSync(execPath, [program, String(rounds), seconds], { encoding: 'utf8' });
      const { checks, lines, composed, usual } = JSON.parse(printed) as Samples;
      return [
        figure('checks, routing, answer', checks, '/s', { least: 60_000 }),
        figure('... and log line, metrics', lines, '/s'),
        figure('... and the mail composed', composed, '/s'),
        figure('the usual way: hono, zod, nodemailer', usual, '/s'),
        figure('ours, all of it, times the usual way', ratios(composed, usual), ' x'),
      ];
    }),
};
