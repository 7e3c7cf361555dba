import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lay } from '../../bin/stage/lay.ts';
import { openStage, type StageParameters } from '../../bin/stage/parameters.ts';
import { type Change, planOf } from '../../bin/stage/plan.ts';
import { type SsmDouble, startSsmDouble } from '../doubles/ssm.ts';

// in this process, since nobody waits half a minute here
const NAME = '/haineko/production/authinfo/Key';
let ssm: SsmDouble;
let parameters: StageParameters;
let changes: readonly Change[];
const paused: number[] = [];
const laying = (hook: () => void = () => {}) => ({
  stopped: () => false,
  note: () => {},
  pause: async (ms: number) => {
    paused.push(ms);
    hook();
  },
});
const before = { ...process.env };

beforeEach(async () => {
  ssm = await startSsmDouble();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: ssm.url,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_MAX_ATTEMPTS: '1',
  });
  paused.length = 0;
  ssm.put(NAME, '{"password":"open"}');
  parameters = await openStage('production', {});
  const wanted = { name: 'authinfo/Key', value: '{"password":"secret"}', type: 'SecureString' as const };
  changes = (await planOf([wanted], await parameters.list(), () => true)).changes;
});
afterEach(async () => {
  parameters.close();
  await ssm.stop();
  process.env = { ...before };
});

describe('lay(), of what has the wrong type', () => {
  test('deletes it, waits as AWS asks for, and makes it anew', async () => {
    const { versions } = await lay(parameters, changes, () => undefined, laying());
    expect([...versions]).toEqual([['authinfo/Key', 1]]);
    expect(ssm.stored()[NAME]).toMatchObject({ type: 'SecureString', value: '{"password":"secret"}' });
    expect(paused).toEqual([30_000]);
  });

  test('tries again for a minute', async () => {
    ssm.fail('PutParameter', 'internal');
    let pauses = 0;
    await lay(
      parameters,
      changes,
      () => undefined,
      laying(() => ++pauses === 4 && ssm.fail('PutParameter', undefined)),
    );
    expect(ssm.stored()[NAME]).toMatchObject({ type: 'SecureString' });
    expect(paused).toEqual([30_000, 10_000, 10_000, 10_000]);
  });

  test('makes the old one anew where the new one cannot be', async () => {
    ssm.fail('PutParameter', 'access-denied');
    let pauses = 0;
    const laid = lay(
      parameters,
      changes,
      () => undefined,
      laying(() => ++pauses === 7 && ssm.fail('PutParameter', undefined)),
    );
    await expect(laid).rejects.toThrow('not permitted');
    expect(ssm.stored()[NAME]).toMatchObject({ type: 'String', value: '{"password":"open"}' });
  });

  test('names what is gone where neither can be', async () => {
    ssm.fail('PutParameter', 'access-denied');
    const laid = lay(parameters, changes, () => undefined, laying());
    await expect(laid).rejects.toThrow('authinfo/Key is deleted, and could not be made anew');
  });
});
