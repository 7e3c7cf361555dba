import { describe, expect, test } from 'vitest';
import { trouble } from '../../../bin/aws/trouble.ts';
import { couldNot } from '../../../bin/doctor/could-not.ts';

const WHO = 'User: arn:aws:iam::123456789012:user/neko is not authorized to perform:';
const KEY = 'arn:aws:kms:ap-northeast-1:123456789012:key/1111';

const told = (name: string, words: string, action = 'ssm:GetParametersByPath') =>
  couldNot(trouble(Object.assign(new Error(words), { name }), { action }));

describe('couldNot()', () => {
  test("makes a note of it that the check's own action is not permitted, and names no resource", () => {
    const said = told(
      'AccessDeniedException',
      `${WHO} ssm:DescribeParameters on *`,
      'ssm:DescribeParameters',
    );
    expect(said).toMatchObject({
      level: 'note',
      what: 'could not be looked at: no permission for ssm:DescribeParameters',
      fix: expect.stringContaining('ssm:DescribeParameters'),
    });
    expect(said.fix).not.toContain("stage's parameters");
  });

  test("takes the action from AWS's words", () => {
    expect(told('AccessDeniedException', `${WHO} ses:GetEmailIdentity on x`, 'ses:GetAccount').what).toBe(
      'could not be looked at: no permission for ses:GetEmailIdentity',
    );
  });

  test("takes the check's action where AWS names none", () => {
    expect(told('AccessDeniedException', 'Access denied')).toMatchObject({
      level: 'note',
      what: 'could not be looked at: no permission for ssm:GetParametersByPath',
    });
  });

  test.each([
    ['a role', 'AccessDenied', `${WHO} sts:AssumeRole on resource: role/neko`, 'sts:AssumeRole', /role/],
    [
      'a key',
      'AccessDeniedException',
      `${WHO} kms:Decrypt on resource: ${KEY}`,
      'kms:Decrypt',
      /kms:Decrypt/,
    ],
    ['a key in words', 'AccessDeniedException', 'The ciphertext ... (Service: Kms)', 'Kms', /kms:Decrypt/],
  ])('makes an error of %s that cannot be used', (_title, name, words, what, fix) => {
    expect(told(name, words)).toMatchObject({
      level: 'error',
      what: expect.stringContaining(what),
      fix: expect.stringMatching(fix),
    });
  });

  test('promises of throttling no more than that it looks again', () => {
    expect(told('ThrottlingException', 'Rate exceeded')).toMatchObject({
      level: 'error',
      fix: 'Run the same command again in a minute.',
    });
  });
});
