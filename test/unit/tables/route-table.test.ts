import { describe, expect, test } from 'vitest';
import { MAILERTABLE, parseRouteTable } from '../../../functions/tables/mailertable.ts';
import { known, linesOf } from '../known.ts';

const read = (document: unknown, deployed = false) =>
  parseRouteTable('mailertable', MAILERTABLE, document, known({ deployed }));

describe('parseRouteTable()', () => {
  test("reads the slides' own mailertable", () => {
    const table = read({
      default: { mailer: 'ESMTP', host: '192.0.2.22', port: 25 },
      'example.com': { mailer: 'ESMTP', host: 'smtp.gmail.com', port: 587, auth: 'Google', starttls: 1 },
    });
    expect(table.get('default')).toMatchObject({
      mailer: 'ESMTP',
      host: '192.0.2.22',
      port: 25,
      starttls: 0,
    });
    expect(table.get('example.com')).toMatchObject({
      host: 'smtp.gmail.com',
      port: 587,
      auth: 'Google',
      starttls: 1,
    });
  });

  test('fills in the defaults of wire.md', () => {
    expect(read({ default: { mailer: 'ESMTP' } }).get('default')).toEqual({
      mailer: 'ESMTP',
      host: '127.0.0.1',
      port: 25,
      auth: undefined,
      dkim: undefined,
      fallback: [],
      retry: 0,
      sleep: 5,
      timeout: 30,
      starttls: 0,
      tls_verify: 1,
      auth_plaintext: 0,
      disabled: 0,
      debug: 0,
      options: {},
    });
  });

  test('takes domains whatever their case, and IDNs as A-labels', () => {
    const table = read({ 'EXAMPLE.Org': { port: 26 }, 'ねこ.example': { port: 27 } });
    expect(table.get('example.org')?.port).toBe(26);
    expect(table.get('xn--28j8b.example')?.port).toBe(27);
  });

  test("takes a path as mailer: File into that folder, and the original's auth: ''", () => {
    const route = read({ default: { mailer: '/var/spool/neko', auth: '' } }).get('default');
    expect(route).toMatchObject({
      mailer: 'File',
      auth: undefined,
      options: { directory: '/var/spool/neko' },
    });
  });

  test('counts an empty entry as absent', () => {
    expect(read({ 'example.org': {}, 'example.com': null }).size).toBe(0);
  });

  test.each([
    [
      { 'example.com': { port: 'neko' } },
      'mailertable: example.com.port: expected a whole number from 1 to 65535, got "neko"',
    ],
    [
      { 'example.com': { prot: 25 } },
      /^mailertable: example\.com\.prot: expected a key of mailer ESMTP: mailer, host, port, .*got "prot"$/,
    ],
    [
      { 'example.com': { mailer: 'Neko' } },
      'mailertable: example.com.mailer: expected one of ESMTP, Discard, File, Screen, or a path, got "Neko"',
    ],
    [{ 'example.com': 'smtp:127.0.0.1' }, 'mailertable: example.com: expected a mapping, got a text'],
    [
      { 'a@example.com': { port: 25 } },
      /^mailertable: a@example\.com: expected a domain, or 'default', got "a@example\.com"$/,
    ],
    [
      { 'example.com': { auth: '../x' } },
      'mailertable: example.com.auth: expected a name of 1 to 64 characters of A-Z a-z 0-9 _ . -, got "../x"',
    ],
    [
      { 'example.com': { directory: '/x' } },
      /^mailertable: example\.com\.directory: expected a key of mailer ESMTP/,
    ],
    [
      { 'example.com': { starttls: 'yes' } },
      'mailertable: example.com.starttls: expected 0, 1 or \'opportunistic\', got "yes"',
    ],
    [
      { 'example.com': { host: 'bad host' } },
      'mailertable: example.com.host: expected a host name or an address, got "bad host"',
    ],
    [
      { 'a.org': { port: 1 }, 'A.org.': { port: 2 } },
      'mailertable: A.org.: expected each domain once, whatever its case, got "A.org."',
    ],
    [
      { 'example.com': { auth: { username: 'neko', password: 'topsecret' } } },
      'mailertable: example.com.auth: expected a name of 1 to 64 characters of A-Z a-z 0-9 _ . -, got a mapping',
    ],
    [
      { 'example.com': { auth: 'neko:top secret' } },
      'mailertable: example.com.auth: expected a name of 1 to 64 characters of A-Z a-z 0-9 _ . -, got (hidden)',
    ],
    [
      { 'example.com': { host: 'neko:topsecret@smtp.example.com' } },
      'mailertable: example.com.host: expected a host name or an address, got (hidden)',
    ],
    [
      { 'example.com': 'smtp://neko:topsecret@host' },
      'mailertable: example.com: expected a mapping, got a text',
    ],
    [{ constructor: { port: 25 } }, 'mailertable: constructor: expected another name, got "constructor"'],
    [['default'], /^mailertable: expected a mapping, got a list$/],
  ])('names table, key path, expected and given for %j', (document, line) => {
    const lines = linesOf(() => read(document));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toEqual(typeof line === 'string' ? line : expect.stringMatching(line));
  });

  test.each([
    { 'password:hunter2': 1 },
    { host: 'neko:hunter2' },
    { host: 'smtp://u:hunter2' },
    { host: 'u/hunter2@a.test' },
    'neko:hunter2',
  ])('shows no secret that stands where none belongs: %j', (entry) => {
    const lines = linesOf(() => read({ 'example.com': entry }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('hunter2');
  });

  test.each(['[2001:db8::1]:25', 'smtp.example.com:587', 'a b', 'smtp://a.test'])(
    'shows what is none: %s',
    (host) => {
      expect(linesOf(() => read({ 'example.com': { host } }))[0]).toContain(JSON.stringify(host));
    },
  );

  test('refuses local mailers and loopback hosts when deployed', () => {
    expect(linesOf(() => read({ default: { mailer: 'File' } }, true))[0]).toContain('a mailer for Lambda');
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', 'localhost', '0.0.0.0', '::']) {
      expect(linesOf(() => read({ default: { host } }, true))[0]).toContain(
        'mailertable: default.host: expected a host other',
      );
    }
    expect(linesOf(() => read({ default: { mailer: 'Discard' } }, true))).toEqual([]);
  });
});
