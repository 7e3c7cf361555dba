import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Patient, patient, SECRETS } from './patient.ts';

describe('haineko doctor, of a healthy stage', () => {
  let stage: Patient;
  beforeAll(async () => {
    stage = await patient();
  });
  afterAll(() => stage.stop());

  test('finds nothing to say against it, and ends with 0', async () => {
    const ended = await stage.doctor();
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toMatch(/\nproduction: 0 errors, 0 warnings, 0 notes, \d\d ok\n$/);
    expect(ended.stdout).toContain('parameters          ok       4 documents and 2 credentials can be read');
    expect(ended.stdout).not.toContain('fix:');
    for (const secret of SECRETS) expect(ended.stdout).not.toContain(secret);
  });

  test('gives the same findings as JSON, one check at least for each thing that it looks at', async () => {
    const found = await stage.findings();
    expect(new Set(found.map(({ level }) => level))).toEqual(new Set(['ok']));
    expect([...new Set(found.map(({ check }) => check))]).toEqual([
      'parameters',
      'keys',
      'versions',
      'throughput',
      'clock',
      'api',
      'routes',
      'senders',
      'ses',
      'identity',
      'configuration-sets',
      'dkim-records',
      'mail-from',
      'dkim-keys',
      'spf',
      'dmarc',
    ]);
  });

  test('changes nothing, and asks AWS as AWS wants to be asked', async () => {
    const before = stage.ssm.stored();
    await stage.doctor();
    expect(stage.ssm.stored()).toEqual(before);
    expect([...stage.ssm.complaints, ...stage.ses.complaints]).toEqual([]);
    const actions = new Set(stage.ssm.requests.map(({ action }) => action));
    expect([...actions].sort()).toEqual(['DescribeParameters', 'GetParametersByPath', 'GetServiceSetting']);
  });

  test.each([
    [['--from', 'not a domain'], "--from: expected a domain or an e-mail address, got 'not a domain'"],
    [['--from', 'neko@[192.0.2.1]'], '--from: expected a domain or an e-mail address'],
    [['--url', 'ftp://example.jp'], "--url: expected the API's address"],
    [
      ['--url', 'https://neko:nyanko22@example.jp'],
      '--url: expected an address without a user and a password',
    ],
    [['--dns', 'ns.example.jp'], "--dns: expected a name server's address"],
    [['--dns', '192.0.2.53:99999'], "--dns: expected a name server's address"],
    [['--timeout', '0'], "--timeout: expected seconds, from 1 to 600, got '0'"],
    [['--timeout', 'nyaa'], '--timeout: expected seconds'],
  ])('refuses %j with 2', async (args, why) => {
    const ended = await stage.doctor(args);
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(why) });
    expect(ended.stderr).not.toContain('nyanko22');
  });
});
