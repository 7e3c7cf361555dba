import { describe, expect, test } from 'vitest';
import { isPrincipal, principalKey, principalKeys, shownArn } from '../../../functions/tables/principal.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Neko';
const SSO =
  'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/ap-northeast-1/AWSReservedSSO_Mail_0123456789abcdef';

describe('principalKey()', () => {
  test.each([
    'arn:aws:iam::123456789012:root',
    'arn:aws:iam::123456789012:user/kijitora',
    'arn:aws:iam::123456789012:user/cats/tabby/kijitora',
    'arn:aws-cn:iam::123456789012:user/kijitora',
    ROLE,
    'arn:aws-us-gov:iam::123456789012:role/a+b=c,d.e@f_g-h',
    'arn:aws:sts::123456789012:assumed-role/Neko/i-0123456789abcdef0',
    'arn:aws:sts::123456789012:assumed-role/Neko/kijitora@example.jp',
    'arn:aws:sts::123456789012:federated-user/mike',
  ])('is %s itself', (arn) => {
    expect(principalKey(arn)).toBe(arn);
  });

  test('leaves out the path of a role, and never that of a user', () => {
    expect(principalKey('arn:aws:iam::123456789012:role/cats/tabby/Neko')).toBe(ROLE);
    expect(principalKey(SSO)).toBe('arn:aws:iam::123456789012:role/AWSReservedSSO_Mail_0123456789abcdef');
    const user = 'arn:aws:iam::123456789012:user/cats/Neko';
    expect(principalKey(user)).toBe(user);
  });

  test.each([
    '',
    'kijitora',
    'arn:aws:iam::123456789012:role/',
    'arn:aws:iam::123456789012:role/*',
    'arn:aws:iam::123456789012:role//Neko',
    'arn:aws:iam::123456789012:role/Neko\n',
    'arn:aws:iam::12345678901:role/Neko',
    'arn:aws:iam::*:role/Neko',
    'arn:aws:iam:us-east-1:123456789012:role/Neko',
    'arn:aws-nyaa:iam::123456789012:role/Neko',
    'ARN:aws:iam::123456789012:role/Neko',
    'arn:aws:iam::123456789012:group/Neko',
    'arn:aws:iam::123456789012:instance-profile/Neko',
    'arn:aws:iam::123456789012:root/Neko',
    'arn:aws:iam::123456789012:assumed-role/Neko/session',
    'arn:aws:sts::123456789012:assumed-role/Neko',
    'arn:aws:sts::123456789012:assumed-role/cats/Neko/session',
    'arn:aws:lambda:us-east-1:123456789012:function:neko',
    'arn:aws:iam::123456789012:user/neko:{SSHA}abc/def',
  ])('is none for %j', (text) => {
    expect(principalKey(text)).toBeUndefined();
    expect(isPrincipal(text)).toBe(false);
    expect(principalKeys(text)).toEqual([]);
  });

  test('answers at once for what is long and no ARN', () => {
    const begun = Date.now();
    expect(principalKey(`arn:aws:iam::123456789012:role/${'a/'.repeat(50_000)}`)).toBeUndefined();
    expect(principalKey(`arn:aws:iam::123456789012:user/${'a'.repeat(100_000)}`)).toBeUndefined();
    expect(Date.now() - begun).toBeLessThan(1000);
  });
});

describe('principalKeys()', () => {
  test("has a session's own ARN first, then its role's, in its partition", () => {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
      const session = `arn:${partition}:sts::123456789012:assumed-role/Neko/session`;
      expect(principalKeys(session)).toEqual([session, `arn:${partition}:iam::123456789012:role/Neko`]);
    }
  });

  test.each(['arn:aws:iam::123456789012:user/cats/mike', 'arn:aws:sts::123456789012:federated-user/mike'])(
    'has %s alone',
    (arn) => expect(principalKeys(arn)).toEqual([arn]),
  );
});

describe('shownArn()', () => {
  test("shows a principal's ARN whole, another as far as it holds no secret, and nothing else", () => {
    expect(shownArn(SSO)).toBe(SSO);
    expect(shownArn('arn:aws:iam::12345:role/Neko')).toBe('arn:aws:iam::12345:role...');
    expect(shownArn('arn:aws:iam::123456789012:user/neko:{SSHA}PLANTED/x')).toBe(
      'arn:aws:iam::123456789012:user...',
    );
    expect(shownArn('arn:nyaa')).toBeUndefined();
    expect(shownArn('neko:PLANTED')).toBeUndefined();
  });
});
