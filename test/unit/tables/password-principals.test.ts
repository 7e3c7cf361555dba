import { describe, expect, test } from 'vitest';
import { parsePassword } from '../../../functions/tables/password.ts';
import { linesOf } from '../known.ts';

const hash = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const ROLE = 'arn:aws:iam::123456789012:role/neko';

describe('parsePassword(), IAM principals', () => {
  test('takes users and principals beside each other; a principal has no hash', () => {
    const users = parsePassword({
      haineko: hash,
      [ROLE]: {},
      'arn:aws:iam::123456789012:user/cats/mike': { admin: 1, senders: ['Example.jp'] },
    });
    expect([...users.keys()]).toEqual(['haineko', ROLE, 'arn:aws:iam::123456789012:user/cats/mike']);
    expect(users.get('haineko')?.hash).toBe(hash);
    expect(users.get(ROLE)).toEqual({ name: ROLE, hash: undefined, admin: false, senders: undefined });
    expect(users.get('arn:aws:iam::123456789012:user/cats/mike')).toMatchObject({
      hash: undefined,
      admin: true,
      senders: new Set(['example.jp']),
    });
  });

  test('keeps a role by its ARN without the path', () => {
    const users = parsePassword({ 'arn:aws:iam::123456789012:role/cats/tabby/neko': { admin: 1 } });
    expect(users.get(ROLE)?.admin).toBe(true);
  });

  test('tells the mistakes of both kinds at once, and never a secret', () => {
    const lines = linesOf(() =>
      parsePassword({
        mike: 'PLANTED',
        [ROLE]: hash,
        'arn:aws:iam::123456789012:role/a': { password: 'PLANTED' },
        'arn:aws:iam::123456789012:role/b': { admin: 'PLANTED' },
        'arn:aws:iam::123456789012:role/c': null,
        'arn:aws:iam::123456789012:role/d': { 'senders:PLANTED': null },
        'arn:aws:iam::123456789012:group/e:PLANTED': {},
      }),
    );
    const mapping = 'expected a mapping of admin and senders ({} for neither), without a password';
    expect(lines).toEqual([
      "password: mike.password: expected a password entry ('{SSHA}...' or '{scrypt}...'), got (hidden)",
      `password: ${ROLE}: ${mapping}, got (hidden)`,
      'password: arn:aws:iam::123456789012:role/a.password: expected no password: API Gateway checks who signed, got (hidden)',
      'password: arn:aws:iam::123456789012:role/b.admin: expected 1 or 0, got (hidden)',
      `password: arn:aws:iam::123456789012:role/c: ${mapping}, got (hidden)`,
      'password: arn:aws:iam::123456789012:role/d.(a key): expected no such key, got (hidden)',
      "password: arn:aws:iam::123456789012:group...: expected the ARN of an IAM user, role, role's session, federated user or root ('arn:aws:iam::123456789012:role/NAME'), got (hidden)",
    ]);
  });

  test('refuses two entries of one role, naming both; users of one name under two paths are two', () => {
    const other = 'arn:aws:iam::123456789012:role/cats/neko';
    expect(linesOf(() => parsePassword({ [ROLE]: {}, [other]: {} }))).toEqual([
      `password: ${other}: expected each role once, whatever its path, got ${ROLE} too`,
    ]);
    const user = (path: string) => `arn:aws:iam::123456789012:user/${path}mike`;
    expect(parsePassword({ [user('')]: {}, [user('cats/')]: {} }).size).toBe(2);
  });

  test('is an error for what is no mapping, as before', () => {
    expect(linesOf(() => parsePassword('neko'))).toEqual(['password: expected a mapping, got (hidden)']);
    expect(linesOf(() => parsePassword([ROLE]))).toEqual(['password: expected a mapping, got a list']);
    expect(parsePassword(undefined).size).toBe(0);
  });
});
