import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { doubleWorld, NAME, SECRET } from './ssm-double-world.ts';

describe('PutParameter', () => {
  test('gives versions from 1, and ParameterAlreadyExists without Overwrite', async () => {
    const { put, ssm } = await doubleWorld();
    expect(await put()).toMatchObject({ Version: 1, Tier: 'Standard' });
    await expect(put()).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect(await put({ Value: '{"a": 1}', Overwrite: true })).toMatchObject({ Version: 2 });
    expect(ssm.stored()[NAME]).toMatchObject({ type: 'String', value: '{"a": 1}', version: 2 });
    expect(ssm.stored()[NAME]?.history.map(({ value }) => value)).toEqual(['{}', '{"a": 1}']);
  });

  test('begins at version 1 again, without labels, when the parameter was deleted', async () => {
    const { put, client, label, ssm } = await doubleWorld();
    await put();
    await put({ Overwrite: true });
    await label(['push-1']);
    await client.send(new DeleteParameterCommand({ Name: NAME }));
    expect(await put()).toMatchObject({ Version: 1 });
    expect(ssm.stored()[NAME]).toMatchObject({ labels: {}, history: [{ version: 1 }] });
  });

  test('refuses another type, no type for a new one, tags with Overwrite, a key for a String', async () => {
    const { put } = await doubleWorld();
    await expect(put({ Type: undefined })).rejects.toMatchObject({ name: 'ValidationException' });
    await put();
    expect(await put({ Type: undefined, Overwrite: true })).toMatchObject({ Version: 2 });
    await expect(put({ Type: 'SecureString', Overwrite: true })).rejects.toMatchObject({
      name: 'HierarchyTypeMismatchException',
    });
    await expect(put({ Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] })).rejects.toThrow(/tags/);
    await expect(put({ Overwrite: true, KeyId: 'alias/neko' })).rejects.toThrow(/KeyId/);
  });

  test('counts octets: 4096 for Standard, 8192 for Advanced, which never goes back', async () => {
    const { put } = await doubleWorld();
    const value = (octets: number) => '猫'.repeat(octets / 3) + 'n'.repeat(octets % 3);
    expect(await put({ Value: value(4096) })).toMatchObject({ Tier: 'Standard' });
    await expect(put({ Value: value(4097), Overwrite: true })).rejects.toThrow(/4096/);
    const tiering = { Tier: 'Intelligent-Tiering', Overwrite: true } as const;
    expect(await put({ Value: value(4096), ...tiering })).toMatchObject({ Tier: 'Standard' });
    expect(await put({ Value: value(8192), ...tiering })).toMatchObject({ Tier: 'Advanced' });
    await expect(put({ Value: value(8193), ...tiering })).rejects.toThrow(/8192/);
    await expect(put({ Tier: 'Standard', Overwrite: true })).rejects.toThrow(/downgrade/);
    expect(await put({ Overwrite: true })).toMatchObject({ Tier: 'Advanced' });
  });

  test.each([
    ['a space', '/haineko/te st', 'ValidationException'],
    ['@', '/haineko/neko@example.jp', 'ValidationException'],
    ['an empty level', '/haineko//test', 'ValidationException'],
    ['no slash at its head', 'haineko/test', 'ValidationException'],
    ['the prefix ssm', '/SSM-neko', 'ValidationException'],
    ['16 levels', '/n'.repeat(16), 'HierarchyLevelLimitExceededException'],
    ['1011 characters without its ARN', `/${'n'.repeat(1010)}`, 'ValidationException'],
  ])('refuses a name with %s', async (_, Name, name) => {
    const { put } = await doubleWorld();
    await expect(put({ Name })).rejects.toMatchObject({ name });
  });

  test('takes a name of 15 levels; refuses an empty value and one with {{ }}', async () => {
    const { put } = await doubleWorld();
    await put({ Name: '/n'.repeat(15) });
    await expect(put({ Value: '' })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put({ Value: '{{ssm:neko}}' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('lays a SecureString under alias/aws/ssm when no key is told, on Overwrite too', async () => {
    const { put, ssm } = await doubleWorld();
    const secret = { Name: SECRET, Type: 'SecureString', Value: 'nyanko22' } as const;
    await put({ ...secret, KeyId: 'alias/neko' });
    expect(ssm.stored()[SECRET]?.keyId).toBe('alias/neko');
    await put({ ...secret, Overwrite: true });
    expect(ssm.stored()[SECRET]?.keyId).toBe('alias/aws/ssm');
  });

  test('drops the oldest of 101 versions, but not one with a label', async () => {
    const { put, label, ssm } = await doubleWorld();
    for (let n = 1; n <= 100; n++) ssm.put(NAME, String(n));
    await put({ Overwrite: true });
    expect(ssm.stored()[NAME]?.history[0]?.version).toBe(2);
    await label(['push-2'], 2);
    await expect(put({ Overwrite: true })).rejects.toMatchObject({
      name: 'ParameterMaxVersionLimitExceeded',
    });
    expect(ssm.stored()[NAME]).toMatchObject({ version: 101, labels: { 2: ['push-2'] } });
  });
});
