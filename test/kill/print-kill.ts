import { argv, exit } from 'node:process';
import { parseArgs } from 'node:util';
import { report } from './report.ts';
import { run } from './run.ts';
import { verdict } from './verdict.ts';

/** `npm run kill`: exit status 1 where anything does not hold. */
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    mails: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '40' },
  },
});

function whole(name: 'seed' | 'mails' | 'clients'): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  console.error(`--${name}: expected a whole number, 1 or more, got ${values[name]}`);
  exit(2);
}

const plan = { seed: whole('seed'), mails: whole('mails'), clients: whole('clients') };
console.log(`npm run kill -- --seed ${plan.seed} --mails ${plan.mails} --clients ${plan.clients}`);
const done = await run(plan);
console.log(report(done));
process.exitCode = verdict(done).length === 0 ? 0 : 1;
