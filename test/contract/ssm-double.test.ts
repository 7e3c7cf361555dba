import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetServiceSettingCommand,
  UnlabelParameterVersionCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSsmDouble } from '../doubles/ssm.ts';
import { doubleWorld, NAME, SECRET } from './ssm-double-world.ts';

describe('GetParameter', () => {
  test('takes NAME, NAME:version, NAME:label, and falls back to no other version', async () => {
    const { client, label, ssm } = await doubleWorld();
    ssm.put(NAME, 'one');
    ssm.put(NAME, 'two');
    await label(['push-1'], 1);
    const get = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter;
    expect(await get(NAME)).toMatchObject({ Name: NAME, Value: 'two', Version: 2, Type: 'String' });
    expect(await get(`${NAME}:1`)).toMatchObject({ Name: NAME, Value: 'one', Selector: ':1' });
    expect(await get(`${NAME}:push-1`)).toMatchObject({ Value: 'one', Selector: ':push-1' });
    await expect(get(`${NAME}:3`)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    await expect(get(`${NAME}:push-2`)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    // no message at all: what the SDK makes of it is for no user to read
    await expect(get('/no')).rejects.toMatchObject({ name: 'ParameterNotFound', message: 'UnknownError' });
  });

  test('shows a SecureString only WithDecryption', async () => {
    const { client, ssm } = await doubleWorld();
    ssm.put(SECRET, 'nyanko22', 'SecureString');
    const get = async (WithDecryption: boolean) =>
      (await client.send(new GetParameterCommand({ Name: SECRET, WithDecryption }))).Parameter?.Value;
    expect(await get(false)).toMatch(/^AQICAH/);
    expect(await get(false)).not.toContain('nyanko22');
    expect(await get(true)).toBe('nyanko22');
  });
});

describe('labels', () => {
  test('are unique within a parameter: they move', async () => {
    const { label, ssm } = await doubleWorld();
    ssm.put(NAME, 'one');
    ssm.put(NAME, 'two');
    await label(['now', 'push-1'], 1);
    expect(await label(['now'])).toMatchObject({ ParameterVersion: 2, InvalidLabels: [] });
    expect(ssm.stored()[NAME]?.labels).toEqual({ 1: ['push-1'], 2: ['now'] });
  });

  test('that cannot be are in InvalidLabels, and the others are attached', async () => {
    const { label, ssm } = await doubleWorld();
    ssm.put(NAME, 'one');
    const bad = ['1st', 'AWS-1', 'ssm', 'ne ko', 'neko/1'];
    expect(await label([...bad, 'neko_1.a-b'])).toMatchObject({ InvalidLabels: bad });
    expect(ssm.stored()[NAME]?.labels).toEqual({ 1: ['neko_1.a-b'] });
    await expect(label(['n'.repeat(101)])).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('are at most 10 a version, and of versions that are there', async () => {
    const { label, ssm } = await doubleWorld();
    ssm.put(NAME, 'one');
    const ten = Array.from({ length: 10 }, (_, n) => `push-${n}`);
    await label(ten);
    await expect(label(['more'])).rejects.toMatchObject({ name: 'ParameterVersionLabelLimitExceeded' });
    await expect(label(['more'], 2)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    await expect(label(['more'], 1, '/no')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  test('go by UnlabelParameterVersion', async () => {
    const { client, label, ssm } = await doubleWorld();
    ssm.put(NAME, 'one');
    await label(['push-1']);
    const unlabel = new UnlabelParameterVersionCommand({
      Name: NAME,
      ParameterVersion: 1,
      Labels: ['push-1', 'x'],
    });
    expect(await client.send(unlabel)).toMatchObject({ RemovedLabels: ['push-1'], InvalidLabels: ['x'] });
    expect(ssm.stored()[NAME]?.labels).toEqual({});
  });
});

describe('lists', () => {
  test('GetParametersByPath gives one level or all, 10 a page, without secrets', async () => {
    const { client, ssm } = await doubleWorld();
    for (let n = 0; n < 12; n++) ssm.put(`${NAME}/${n}`, 'shard');
    ssm.put(NAME, 'head');
    ssm.put(SECRET, 'nyanko22', 'SecureString');
    const list = (more: object) =>
      client.send(new GetParametersByPathCommand({ Path: '/haineko/test', ...more }));
    expect((await list({})).Parameters?.map(({ Name }) => Name)).toEqual([NAME]);
    const first = await list({ Recursive: true });
    expect(first.Parameters).toHaveLength(10);
    const { Parameters, NextToken } = await list({ Recursive: true, NextToken: first.NextToken });
    expect([Parameters?.length, NextToken]).toEqual([4, undefined]);
    expect(JSON.stringify([first, Parameters])).not.toContain('nyanko22');
    await expect(list({ MaxResults: 11 })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(list({ NextToken: 'neko' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
    await expect(list({ Path: 'haineko' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('GetParametersByPath gives the version that has the label, and filters by type and key', async () => {
    const { client, label, ssm } = await doubleWorld();
    ssm.put(NAME, 'one');
    ssm.put(NAME, 'two');
    ssm.put(SECRET, 'nyanko22', 'SecureString', { keyId: 'alias/neko' });
    await label(['push-1'], 1);
    const list = async (Key: string, value: string) => {
      const ParameterFilters = [{ Key, Option: 'Equals', Values: [value] }];
      const asked = { Path: '/haineko/test/', Recursive: true, ParameterFilters };
      return (await client.send(new GetParametersByPathCommand(asked))).Parameters;
    };
    expect(await list('Label', 'push-1')).toMatchObject([{ Name: NAME, Version: 1, Value: 'one' }]);
    expect(await list('Type', 'SecureString')).toMatchObject([{ Name: SECRET }]);
    expect(await list('KeyId', 'alias/neko')).toMatchObject([{ Name: SECRET }]);
    await expect(list('Name', NAME)).rejects.toMatchObject({ name: 'InvalidFilterKey' });
  });

  test('shortPages() begins with an empty page, and gives fewer than asked for', async () => {
    const { client, ssm } = await doubleWorld();
    for (const name of ['a', 'b', 'c']) ssm.put(`/n/${name}`, name);
    ssm.shortPages(2);
    const pages: (number | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new GetParametersByPathCommand({ Path: '/n', NextToken }));
      pages.push(page.Parameters?.length);
      NextToken = page.NextToken;
    } while (NextToken);
    expect(pages).toEqual([0, 2, 1]);
  });

  test('GetParameterHistory gives the oldest first, 50 a page, with labels', async () => {
    const { client, label, ssm } = await doubleWorld();
    for (let n = 1; n <= 60; n++) ssm.put(SECRET, `nyanko${n}`, 'SecureString');
    await label(['push-1'], 60, SECRET);
    const history = (more: object) => client.send(new GetParameterHistoryCommand({ Name: SECRET, ...more }));
    const first = await history({});
    expect(first.Parameters).toHaveLength(50);
    expect(first.Parameters?.[0]).toMatchObject({ Version: 1, Labels: [], KeyId: 'alias/aws/ssm' });
    expect(first.Parameters?.[0]?.Value).toMatch(/^AQICAH/);
    const second = await history({ NextToken: first.NextToken, WithDecryption: true });
    expect(second.Parameters?.at(-1)).toMatchObject({ Version: 60, Value: 'nyanko60', Labels: ['push-1'] });
    await expect(history({ MaxResults: 51 })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('DescribeParameters gives everything but the value, by name or path', async () => {
    const { client, put, ssm } = await doubleWorld();
    ssm.put(SECRET, 'nyanko22', 'SecureString');
    await put({ Description: 'routes' });
    const describe = async (filter: { Key: string; Option?: string; Values: string[] }) =>
      (await client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }))).Parameters;
    const [found] = (await describe({ Key: 'Name', Values: [NAME] })) ?? [];
    expect(found).toMatchObject({ Name: NAME, Type: 'String', Version: 1, Tier: 'Standard' });
    expect(found).toMatchObject({ Description: 'routes', LastModifiedUser: expect.stringContaining('arn:') });
    expect(found?.LastModifiedDate).toBeInstanceOf(Date);
    const all = await describe({ Key: 'Path', Option: 'Recursive', Values: ['/haineko/test'] });
    expect(all).toMatchObject([{ Name: SECRET, KeyId: 'alias/aws/ssm' }, { Name: NAME }]);
    expect(all?.some((each) => 'Value' in each)).toBe(false);
    expect(await describe({ Key: 'Name', Option: 'BeginsWith', Values: [`${NAME}s`] })).toEqual([]);
  });
});

test('DeleteParameters deletes at most 10, and names those that are not there', async () => {
  const { client, ssm } = await doubleWorld();
  ssm.put(NAME, 'one');
  const del = (Names: string[]) => client.send(new DeleteParametersCommand({ Names }));
  expect(await del([NAME, '/no'])).toMatchObject({ DeletedParameters: [NAME], InvalidParameters: ['/no'] });
  expect(ssm.stored()).toEqual({});
  await expect(del(Array.from({ length: 11 }, (_, n) => `/n${n}`))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await expect(client.send(new DeleteParameterCommand({ Name: NAME }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('GetServiceSetting tells whether the higher throughput is on', async () => {
  const { client, ssm } = await doubleWorld();
  const get = async (SettingId: string) =>
    (await client.send(new GetServiceSettingCommand({ SettingId }))).ServiceSetting;
  const id = '/ssm/parameter-store/high-throughput-enabled';
  expect(await get(id)).toMatchObject({ SettingValue: 'false', Status: 'Default' });
  ssm.setting(id, 'true');
  expect(await get(`arn:aws:ssm:us-east-1:123456789012:servicesetting${id}`)).toMatchObject({
    SettingValue: 'true',
    Status: 'Customized',
  });
  await expect(get('/ssm/no')).rejects.toMatchObject({ name: 'ServiceSettingNotFound' });
});

describe('faults', () => {
  test('are of one action: always, once, or after so many', async () => {
    const { client, put, ssm } = await doubleWorld();
    ssm.failOnce('PutParameter', 'too-many-updates');
    await expect(put()).rejects.toMatchObject({ name: 'TooManyUpdates' });
    expect(await put()).toMatchObject({ Version: 1 });
    ssm.failAfter('PutParameter', 2, 'access-denied');
    await put({ Overwrite: true });
    await put({ Overwrite: true });
    await expect(put({ Overwrite: true })).rejects.toThrow(/ssm:PutParameter/);
    await expect(put({ Overwrite: true })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await client.send(new GetParameterCommand({ Name: NAME }));
    ssm.fail('PutParameter', undefined);
    expect(await put({ Overwrite: true })).toMatchObject({ Version: 4 });
  });

  test.each([
    ['expired-token', 'ExpiredTokenException', /is expired/],
    ['unrecognized-client', 'UnrecognizedClientException', /is invalid/],
    ['signature', 'InvalidSignatureException', /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T/],
    ['throttling', 'ThrottlingException', /Rate exceeded/],
  ] as const)('%s is %s', async (fault, name, message) => {
    const { put, ssm } = await doubleWorld();
    ssm.fail('PutParameter', fault);
    await expect(put()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    expect(ssm.stored()).toEqual({});
  });

  test('lost is done all the same, reset is not', async () => {
    const { put, ssm } = await doubleWorld();
    ssm.failOnce('PutParameter', 'reset', 'lost');
    await expect(put()).rejects.toThrow();
    expect(ssm.stored()).toEqual({});
    await expect(put()).rejects.toThrow();
    expect(ssm.stored()).toHaveProperty([NAME]);
  });
});

test('requests holds every call with its input, calls those of GetParameters alone', async () => {
  const { client, put, ssm } = await doubleWorld();
  await put({ Name: SECRET, Type: 'SecureString', Value: 'nyanko22' });
  await client.send(new GetParameterCommand({ Name: SECRET }));
  expect(ssm.requests).toMatchObject([
    { action: 'PutParameter', input: { Name: SECRET, Value: 'nyanko22' } },
    { action: 'GetParameter', input: { Name: SECRET } },
  ]);
  expect(ssm.calls).toEqual([]);
});

test('skew() dates the answers; complaints names what a request lacks', async () => {
  const ssm = await startSsmDouble();
  onTestFinished(() => ssm.stop());
  const dated = async () => {
    const { headers } = await fetch(ssm.url, { method: 'POST', body: '{}' });
    return Date.parse(headers.get('date') ?? '') - Date.now();
  };
  expect(Math.abs(await dated())).toBeLessThan(5_000);
  ssm.skew(3_600_000);
  expect(Math.abs((await dated()) - 3_600_000)).toBeLessThan(5_000);
  expect(ssm.complaints.slice(0, 2)).toEqual(['no AWS4-HMAC-SHA256 signature', 'target undefined']);
});
