import { describe, expect, test } from 'vitest';
import { addressesOf } from '../../../../functions/relay/mx/addresses.ts';
import { lookUp } from '../../../../functions/relay/mx/look-up.ts';

const failing = (code: string) => async (): Promise<readonly string[]> => {
  throw Object.assign(new Error('queryMx'), { code });
};

describe('lookUp()', () => {
  test('lookUp() gives the records', async () => {
    expect(await lookUp(async () => ['a'], 1000)).toEqual({ said: 'records', records: ['a'] });
  });

  test.each([
    ['ENOTFOUND', { said: 'no such name' }],
    ['ENODATA', { said: 'no data' }],
    ['EBADNAME', { said: 'no data' }],
    ...['ESERVFAIL', 'ETIMEOUT', 'EREFUSED', 'EBADRESP', 'ECANCELLED', 'ECONNREFUSED', 'EFORMERR'].map(
      (code) => [code, { said: 'nothing', cause: code }] as const,
    ),
  ] as const)('lookUp() takes %s for %j', async (code, expected) => {
    expect(await lookUp(failing(code), 1000)).toEqual(expected);
  });

  test('lookUp() takes an empty list for no data: an alias of a name without such records', async () => {
    expect(await lookUp(async () => [], 1000)).toEqual({ said: 'no data' });
  });

  test('lookUp() waits no longer than it may', async () => {
    const never = () => new Promise<string[]>(() => undefined);
    expect(await lookUp(never, 0)).toEqual({ said: 'nothing', cause: 'no answer in time' });
    expect(await lookUp(never, -5)).toEqual({ said: 'nothing', cause: 'no answer in time' });
  });
});

describe('addressesOf()', () => {
  const resolver = {
    resolveMx: async () => [],
    resolve4: async () => ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
    resolve6: async () => ['2001:db8::1'],
  };

  test('addressesOf() has IPv4 and IPv6 in turn', async () => {
    expect(await addressesOf({ name: 'mx.example.org' }, resolver, 1000)).toEqual({
      addresses: ['192.0.2.1', '2001:db8::1', '192.0.2.2', '192.0.2.3'],
      failed: undefined,
    });
  });

  test('addressesOf() says for which family the DNS has no answer', async () => {
    const half = { ...resolver, resolve4: failing('ESERVFAIL') };
    expect(await addressesOf({ name: 'mx.example.org' }, half, 1000)).toEqual({
      addresses: ['2001:db8::1'],
      failed: 'A mx.example.org: ESERVFAIL',
    });
  });

  test.each(['192.0.2.1', '2001:db8::1', 'a b', 'a\\010b', '*', '-', 'x'.repeat(254)])(
    'addressesOf() finds none for the name %s',
    async (name) => {
      expect(await addressesOf({ name }, resolver, 1000)).toEqual({ addresses: [], failed: undefined });
    },
  );
});
