import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../../infra/bundle.ts';
import { compiledAsUsual, inFolder } from '../compiled.ts';
import { type Figure, figure } from '../figure.ts';
import { interleaved } from '../interleaved.ts';
import type { Row } from '../row.ts';
import { ratios } from '../sample.ts';
import { coldStart, timed } from './process-time.ts';
import { type Stage, withStage } from './stage.ts';

/** A cold start as Lambda has it, but for what Lambda itself takes: from the process's start to the first mail's answer. */
export const coldStarts: Row = {
  name: 'cold-start',
  title: 'Cold start',
  how: 'A fresh Node runs the built bundle, which reads tables and a credential from an SSM double over TLS (two calls; its certificate is of nobody, and looked at all the same), answers one POST (1 KB, mailer Discard, which has no mail composed) and ends; in turn with `node -e 0`. With a code cache: NODE_COMPILE_CACHE, filled by a start before. The usual way is hono, zod, nodemailer and the SDK, minified into one file with the order of package fields that esbuild has for Node; it reads its routes in one call.',
  run: ({ rounds }) => inFolder((folder) => withStage((stage) => measure(folder, stage, rounds))),
};

async function measure(folder: string, stage: Stage, rounds: number): Promise<readonly Figure[]> {
  bundle(join(folder, 'submit'));
  const ours = join(folder, 'submit', 'submit.mjs');
  const usual = compiledAsUsual(new URL('../usual-way/handler.ts', import.meta.url), folder);
  const nothing = join(folder, 'nothing.mjs');
  writeFileSync(nothing, 'export const handler = async () => ({ statusCode: 200 });');
  const cache = { ...stage.environment, NODE_COMPILE_CACHE: join(folder, 'cache') };
  const invocations: number[] = [];
  const before = stage.calls();
  const samples = await interleaved(
    {
      bare: async () => (await timed(['-e', '0'])).ms,
      ours: async () => {
        const { ms, invocation } = await coldStart(ours, stage.environment);
        invocations.push(invocation);
        return ms;
      },
      cached: async () => (await coldStart(ours, cache)).ms,
      usual: async () => (await coldStart(usual, stage.environment)).ms,
      nothing: async () => (await coldStart(nothing, stage.environment)).ms,
    },
    rounds,
  );
  const { bare } = samples;
  const calls = (stage.calls() - before) / (rounds + 1);
  return [
    figure('bare Node: `node -e 0`', bare, ' ms'),
    figure('cold start', samples.ours, ' ms'),
    figure('cold start', ratios(samples.ours, bare), ' x bare Node', { most: 3 }),
    figure('... with a code cache', ratios(samples.cached, bare), ' x bare Node', { most: 3 }),
    figure('the limit: a function that does nothing', ratios(samples.nothing, bare), ' x bare Node'),
    figure('the usual way: hono, zod, nodemailer, SDK', ratios(samples.usual, bare), ' x bare Node'),
    figure('first invocation after INIT', invocations.slice(1), ' ms', { most: 10 }),
    // two of each of ours, one of the usual way's
    figure('calls of SSM at a cold start', (calls - 1) / 2, '', { most: 2, counted: true }),
  ];
}
