import { describe, expect, test } from 'vitest';
import { chooseMechanism, mechanismForToken } from '../../../functions/relay/esmtp/mechanism.ts';

const ALL = ['CRAM-MD5', 'LOGIN', 'PLAIN', 'XOAUTH2'];
const clear = { secure: false, loopback: false, plaintext: false };

describe('chooseMechanism()', () => {
  test.each([
    ['PLAIN under TLS', { ...clear, secure: true }, ALL, 'PLAIN'],
    ['LOGIN under TLS, without PLAIN', { ...clear, secure: true }, ['LOGIN', 'CRAM-MD5'], 'LOGIN'],
    ['CRAM-MD5 under TLS, where nothing else is', { ...clear, secure: true }, ['CRAM-MD5'], 'CRAM-MD5'],
    ['PLAIN on loopback', { ...clear, loopback: true }, ALL, 'PLAIN'],
    ['CRAM-MD5 in clear', clear, ALL, 'CRAM-MD5'],
    ['CRAM-MD5 in clear, though auth_plaintext is 1', { ...clear, plaintext: true }, ALL, 'CRAM-MD5'],
    ['PLAIN in clear, auth_plaintext: 1', { ...clear, plaintext: true }, ['LOGIN', 'PLAIN'], 'PLAIN'],
  ])('chooseMechanism() takes %s', (_what, privacy, offered, mechanism) => {
    expect(chooseMechanism(new Set(offered), privacy)).toEqual({ mechanism });
  });

  test.each([
    ['nothing is offered', { ...clear, secure: true }, [], 'the server does not offer AUTH'],
    [
      'the password would go in clear',
      clear,
      ['PLAIN', 'LOGIN'],
      'no TLS, and auth_plaintext is 0: PLAIN and LOGIN are not used',
    ],
    [
      'we speak none of them',
      { ...clear, secure: true },
      ['GSSAPI', 'X\x1b[1M'],
      'the server offers only GSSAPI, X1M',
    ],
  ])('chooseMechanism() says why when %s', (_what, privacy, offered, why) => {
    expect(chooseMechanism(new Set(offered), privacy)).toEqual({ why });
  });
});

describe('mechanismForToken()', () => {
  test.each([
    ['under TLS', { ...clear, secure: true }],
    ['on loopback', { ...clear, loopback: true }],
    ['in clear, auth_plaintext: 1', { ...clear, plaintext: true }],
  ])('mechanismForToken() takes XOAUTH2 %s', (_what, privacy) => {
    expect(mechanismForToken(new Set(ALL), privacy)).toEqual({ mechanism: 'XOAUTH2' });
  });

  test.each([
    ['nothing is offered', { ...clear, secure: true }, [], 'the server does not offer AUTH'],
    [
      'only mechanisms for passwords are',
      { ...clear, secure: true },
      ['PLAIN', 'LOGIN', 'CRAM-MD5', 'OAUTHBEARER'],
      'XOAUTH2 is not among PLAIN, LOGIN, CRAM-MD5, OAUTHBEARER',
    ],
    ['the token would go in clear', clear, ALL, 'no TLS, and auth_plaintext is 0: XOAUTH2 is not used'],
  ])('mechanismForToken() says why when %s', (_what, privacy, offered, why) => {
    expect(mechanismForToken(new Set(offered), privacy)).toEqual({ why });
  });
});

test('chooseMechanism() never takes XOAUTH2 for a password', () => {
  expect(chooseMechanism(new Set(['XOAUTH2']), { ...clear, secure: true })).toEqual({
    why: 'the server offers only XOAUTH2',
  });
});
