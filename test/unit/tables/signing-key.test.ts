import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseCredential } from '../../../functions/tables/authinfo.ts';
import { ConfigError } from '../../../functions/tables/config-error.ts';

const encoding = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, ...encoding });
const KEY = { domain: 'example.jp', selector: 's1', privateKey };

const faultOf = (keys: Record<string, unknown>): string => {
  try {
    parseCredential('dkim', { ...KEY, ...keys });
    return 'none';
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error);
  }
};

test.each([
  ['example.jp', 'example.jp'],
  ['Example.JP.', 'example.jp'],
  ['例え.jp', 'xn--r8jz45g.jp'],
])('parseCredential() reads the DKIM domain %s as DNS has it', (domain, read) => {
  expect(parseCredential('dkim', { ...KEY, domain }).dkim).toEqual({ ...KEY, domain: read });
});

test.each(['neko@example.jp', 'example.jp; l=0', 'exa mple.jp', '*.example.jp', '.', '[127.0.0.1]'])(
  'parseCredential() takes no DKIM domain %s, where no verifier would find a key',
  (domain) => {
    expect(faultOf({ domain })).toContain('domain: expected a domain, got (hidden)');
  },
);

test.each(['s1', '2026-11', 'mail_2026', 'a.b', 'S1'])(
  'parseCredential() takes the selector %s',
  (selector) => {
    expect(parseCredential('dkim', { ...KEY, selector }).dkim?.selector).toBe(selector);
  },
);

test.each(['s1; d=example.org', 's 1', 's1.', '-s1', 's1-', 'a..b', 's=1', 'x'.repeat(64), '例え'])(
  'parseCredential() takes no selector %s',
  (selector) => {
    expect(faultOf({ selector })).toContain('selector: expected a selector, got (hidden)');
  },
);

test('parseCredential() takes RSA keys of 1024 bits or more that need no passphrase, and no others', () => {
  expect(faultOf({})).toBe('none');
  const wrong = [
    generateKeyPairSync('rsa', { modulusLength: 512, ...encoding }),
    generateKeyPairSync('rsa-pss', { modulusLength: 1024, ...encoding }),
    generateKeyPairSync('ec', { namedCurve: 'P-256', ...encoding }),
    generateKeyPairSync('ed25519', encoding),
    generateKeyPairSync('rsa', {
      modulusLength: 1024,
      ...encoding,
      privateKeyEncoding: { ...encoding.privateKeyEncoding, cipher: 'aes-256-cbc', passphrase: 'nyanko22' },
    }),
  ].map((pair) => pair.privateKey);
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024, ...encoding });
  for (const key of [...wrong, publicKey, 'nyanko22', '']) {
    const fault = faultOf({ privateKey: key });
    expect(fault).toContain('privateKey: expected an RSA private key in PEM');
    expect(fault).not.toMatch(/nyanko22|BEGIN/);
  }
});
