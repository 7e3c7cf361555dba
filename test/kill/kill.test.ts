import { expect, test } from 'vitest';
import { report } from './report.ts';
import { run } from './run.ts';
import { verdict } from './verdict.ts';

/** Another one each day, so that many are tried; it is in the report. */
const SEED = Math.floor(Date.now() / 86_400_000);

test('a relay that is killed again and again sends no mail twice, and says nothing that is not true', {
  timeout: 240_000,
}, async () => {
  const done = await run({ seed: SEED, mails: 50, clients: 25 });
  expect(verdict(done), report(done)).toEqual([]);
  // it was killed in the midst of work, or nothing was shown
  expect(done.deaths, report(done)).toBeGreaterThan(2);
  expect(done.given.length).toBeGreaterThanOrEqual(50);
});
