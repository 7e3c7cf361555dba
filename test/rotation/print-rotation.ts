import { argv, exit } from 'node:process';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { everySecret } from './every-secret.ts';
import { report } from './report.ts';
import { verdict } from './verdict.ts';
import { withoutSsm } from './without-ssm.ts';

/** `npm run rotation`: both runs, one after another; exit status 1 where anything does not hold. */
const { values } = parseArgs({
  args: argv.slice(2),
  options: { seconds: { type: 'string', default: '60' } },
});
const seconds = Number(values.seconds);
if (!(seconds >= 6 && seconds <= 60)) {
  console.error(`--seconds: expected how long a minute takes, 6 to 60 seconds, got ${values.seconds}`);
  exit(2);
}
const built = await build();
try {
  let good = true;
  for (const run of [everySecret, withoutSsm]) {
    const done = await run(built, { seconds, perSecond: 50 });
    console.log(report(done));
    good &&= verdict(done).length === 0;
  }
  process.exitCode = good ? 0 : 1;
} finally {
  built.remove();
}
