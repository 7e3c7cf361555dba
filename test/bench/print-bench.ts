import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { argv, env, exit, version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { node24 } from './node24.ts';
import { printPage, printTable } from './page.ts';
import { FULL, QUICK, type Row } from './row.ts';
import { rows } from './rows.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);

// Lambda's Node; and where a machine sets NODE_EXTRA_CA_CERTS, bare Node's start triples and hides everything
if (!version.startsWith('v24.') || env['NODE_EXTRA_CA_CERTS'] !== undefined) {
  const { NODE_EXTRA_CA_CERTS: _, ...others } = env;
  const again = [...process.execArgv, fileURLToPath(import.meta.url), ...argv.slice(2)];
  const inner = spawn(node24(), again, { stdio: 'inherit', env: others });
  for (const signal of SIGNALS) process.on(signal, () => void inner.kill(signal));
  const [status] = await once(inner, 'close');
  exit(status ?? 1);
}

// what was started ends, and what was written goes, in `exit`
for (const signal of SIGNALS) process.once(signal, () => exit(130));

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  const names = rows.map(({ name }) => name).join(', ');
  console.error(`${unknown.join(', ')}: no such benchmark. There are: ${names}`);
  exit(2);
}
const asked = rows.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const measured = new Map<Row, readonly Figure[]>();
for (const row of asked) {
  const figures = await row.run(values.quick ? QUICK : FULL);
  measured.set(row, figures);
  console.log(printTable(row, figures));
}
const all = [...measured.values()].flat();
const missed = all.filter(({ target }) => target?.holds === false).length;
console.log(
  missed === 0 ? 'Every target is met.' : `${missed} of ${all.filter((each) => each.target).length} missed.`,
);
// a smoke run's figures are nobody's
if (!values.quick) {
  const now = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  writeFileSync(PAGE, printPage(now, rows, measured, new Date()));
}
process.exitCode = missed === 0 ? 0 : 1;
