import { describe, expect, test } from 'vitest';
import { chooseMechanism } from '../../../functions/relay/esmtp/mechanism.ts';

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
