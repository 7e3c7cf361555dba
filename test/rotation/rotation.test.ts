import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Build, build } from './build.ts';
import { everySecret } from './every-secret.ts';
import { report } from './report.ts';
import type { Speed } from './run.ts';
import { verdict } from './verdict.ts';
import { withoutSsm } from './without-ssm.ts';

/** A minute in less, and the relay's deadline is over before a busy machine has sent a mail. */
const SPEED: Speed = { seconds: 8, perSecond: 25 };

describe.concurrent('the relay loses no mail, and needs no deployment, when', () => {
  let built: Build;
  beforeAll(async () => {
    built = await build();
  }, 60_000);
  afterAll(() => built?.remove());

  test('a password, an API key, a user and a kept connection change', { timeout: 120_000 }, async () => {
    const run = await everySecret(built, SPEED);
    expect(verdict(run), report(run)).toEqual([]);
  });

  test('passwords change while SSM fails', { timeout: 120_000 }, async () => {
    const run = await withoutSsm(built, SPEED);
    expect(verdict(run), report(run)).toEqual([]);
  });
});
