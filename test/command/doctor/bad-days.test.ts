import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startLoopback } from '../../doubles/loopback.ts';
import type { SesAction } from '../../doubles/sesv2.ts';
import { type Found, type Patient, patient } from './patient.ts';

/** Runs it with two seconds a check, and holds that it ends soon. */
async function inTwoSeconds(spoil: (stage: Patient) => void, args: readonly string[] = []) {
  const stage = await patient();
  try {
    spoil(stage);
    const begun = Date.now();
    const ended = await stage.doctor(['--timeout', '2', '--json', ...args]);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(ended.stderr).toBe('');
    const found = ended.json() as Found[];
    const of = (check: string) => found.filter((each) => each.check === check);
    return { status: ended.status, found, of };
  } finally {
    await stage.stop();
  }
}

const ROLE = 'arn:aws:iam::123456789012:role/neko';

const healthy = [{ level: 'ok' }];

describe('haineko doctor, on a bad day', () => {
  test('tells of a name server that is silent, and of everything else', async () => {
    const { status, of } = await inTwoSeconds(({ dns }) => dns.faultAll('silence'));
    expect(status).toBe(0);
    for (const check of ['routes', 'dkim-records', 'mail-from', 'dkim-keys', 'spf', 'dmarc'])
      expect(of(check)).toMatchObject([
        {
          level: 'warning',
          what: expect.stringContaining('the DNS gives no answer for '),
          fix: expect.stringContaining('--dns'),
        },
      ]);
    for (const check of ['api', 'clock', 'ses', 'identity']) expect(of(check)).toMatchObject(healthy);
  });

  test('tells of an API that is silent, and of everything else', async () => {
    const { status, of } = await inTwoSeconds(({ answer }) => answer(() => undefined));
    expect(status).toBe(1);
    expect(of('api')).toMatchObject([
      { level: 'error', what: expect.stringContaining('does not answer: no answer in time') },
    ]);
    for (const check of ['ses', 'spf', 'dmarc']) expect(of(check)).toMatchObject(healthy);
  });

  test('tells once that SSM is silent, and looks at what needs no SSM', async () => {
    const { status, of, found } = await inTwoSeconds(
      ({ ssm }) => ssm.fail('GetParametersByPath', 'hang'),
      ['--url', 'http://127.0.0.1:1', '--from', 'example.jp'],
    );
    expect(status).toBe(1);
    expect(of('parameters')).toMatchObject([
      {
        level: 'error',
        what: 'could not be looked at: no answer within 1 s',
        fix: expect.stringContaining('--timeout'),
      },
    ]);
    expect(found.filter(({ what }) => what.includes('no answer within'))).toHaveLength(1);
    expect(of('ses')).toMatchObject([
      { level: 'note', what: "not looked at: it needs what 'parameters' could not read" },
    ]);
    expect(of('api')).toMatchObject([{ what: expect.stringContaining('ECONNREFUSED') }]);
    expect(of('clock')).toMatchObject([{ level: 'note' }]);
    expect(of('dmarc')).toMatchObject(healthy);
    expect(of('spf')).toMatchObject(healthy);
  });

  test.each<[SesAction, string]>([
    ['GetAccount', 'ses'],
    ['GetEmailIdentity', 'identity'],
    ['GetConfigurationSet', 'configuration-sets'],
  ])('tells of a silent %s, and of everything else', async (action, check) => {
    const { status, of } = await inTwoSeconds(({ ses }) => ses.fail(action, 'hang'));
    expect(status).toBe(1);
    expect(of(check)).toMatchObject([
      { level: 'error', what: expect.stringMatching(/could not be looked at: no answer within/) },
    ]);
    for (const other of ['api', 'clock', 'spf', 'dmarc']) expect(of(other)).toMatchObject(healthy);
  });

  test.each<[string, string, (stage: Patient) => void]>([
    ['ssm:DescribeParameters', 'keys', ({ ssm }) => ssm.fail('DescribeParameters', 'access-denied')],
    ['ssm:GetServiceSetting', 'throughput', ({ ssm }) => ssm.fail('GetServiceSetting', 'access-denied')],
    [
      'ssm:GetParameterHistory',
      'versions',
      ({ ssm, lay }) => {
        for (let version = 2; version <= 100; version++) lay('recipients', { domainpart: ['example.org'] });
        ssm.fail('GetParameterHistory', 'access-denied');
      },
    ],
    ['ses:GetAccount', 'ses', ({ ses }) => ses.fail('GetAccount', 'access-denied')],
    ['ses:GetEmailIdentity', 'identity', ({ ses }) => ses.fail('GetEmailIdentity', 'access-denied')],
    [
      'ses:GetConfigurationSet',
      'configuration-sets',
      ({ ses }) => ses.fail('GetConfigurationSet', 'access-denied'),
    ],
  ])('makes a note of it that %s is not permitted', async (action, check, spoil) => {
    const stage = await patient();
    spoil(stage);
    const ended = await stage.doctor(['--json']);
    await stage.stop();
    const found = ended.json() as Found[];
    expect(found.filter((each) => each.check === check)).toMatchObject([
      {
        level: 'note',
        what: expect.stringContaining(`could not be looked at: no permission for ${action}`),
        fix: expect.stringContaining(action),
      },
    ]);
    expect(ended.status).toBe(0);
    expect(found.filter(({ level }) => level === 'error' || level === 'warning')).toEqual([]);
  });

  test('ends with 1 where it may not read the parameters: it has seen nothing', async () => {
    const stage = await patient();
    stage.ssm.fail('GetParametersByPath', 'access-denied');
    const ended = await stage.doctor(['--json']);
    await stage.stop();
    expect(ended.status).toBe(1);
    const found = ended.json() as Found[];
    expect(found.filter(({ level }) => level === 'error')).toEqual([
      {
        check: 'parameters',
        level: 'error',
        what: 'could not be looked at: no permission for ssm:GetParametersByPath',
        fix: expect.stringContaining('ssm:GetParametersByPath'),
      },
    ]);
    expect(found).toContainEqual({
      check: 'ses',
      level: 'note',
      what: "not looked at: it needs what 'parameters' could not read",
    });
  });

  test('ends with 1 where the role of the profile cannot be taken, and blames no action of its own', async () => {
    const who = 'User: arn:aws:iam::123456789012:user/neko';
    const said = `${who} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`;
    const sts = await startLoopback((_, response) => {
      response.writeHead(403, { 'content-type': 'text/xml' });
      response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${said}</Message></Error></ErrorResponse>`,
      );
    });
    const file = join(mkdtempSync(join(tmpdir(), 'haineko-aws-')), 'config');
    writeFileSync(
      file,
      `[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = nyanko22\n[profile neko]\nrole_arn = ${ROLE}\nsource_profile = base\n`,
    );
    const stage = await patient();
    const env = { AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL_STS: sts.url };
    const ended = await stage.doctor(['--json', '--profile', 'neko'], { env });
    await Promise.all([stage.stop(), sts.stop()]);
    expect(ended.status).toBe(1);
    const errors = (ended.json() as Found[]).filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      {
        check: 'parameters',
        what: expect.stringContaining(said),
        fix: expect.stringContaining('The role of the profile neko cannot be taken'),
      },
    ]);
  });

  test.each<[string, (stage: Patient) => void, NodeJS.ProcessEnv, string]>([
    [
      'an expired session',
      ({ ssm }) => ssm.fail('GetParametersByPath', 'expired-token'),
      {},
      'the session with AWS has expired',
    ],
    ['no keys', () => undefined, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'no keys for AWS'],
    ['no region', () => undefined, { AWS_REGION: '' }, 'no region'],
    ['throttling', ({ ssm }) => ssm.fail('GetParametersByPath', 'throttling'), {}, 'AWS throttles'],
    [
      'a wrong clock',
      ({ ssm }) => ssm.fail('GetParametersByPath', 'signature'),
      {},
      "this machine's clock is wrong",
    ],
    [
      'no way to AWS',
      () => undefined,
      { AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1' },
      'no way to AWS: ECONNREFUSED',
    ],
  ])('tells once of %s, and what to do', async (_title, spoil, env, why) => {
    const stage = await patient();
    spoil(stage);
    const ended = await stage.doctor([], { env });
    await stage.stop();
    expect(ended.status).toBe(1);
    expect(ended.stdout.split(why)).toHaveLength(2);
    expect(ended.stdout).toMatch(/^parameters +error +could not be looked at: .*\n +fix: \S/m);
    expect(ended.stdout + ended.stderr).not.toMatch(/\n {4}at /);
  });
});
