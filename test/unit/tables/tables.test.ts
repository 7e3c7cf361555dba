import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../functions/mail/address.ts';
import { parseAuthinfo, parseCredential } from '../../../functions/tables/authinfo.ts';
import { ConfigError } from '../../../functions/tables/config-error.ts';
import { readDocument } from '../../../functions/tables/document.ts';
import { maySendAs, parsePassword } from '../../../functions/tables/password.ts';
import { parseRecipients, permitsRecipient } from '../../../functions/tables/recipients.ts';
import { parseRelayhosts } from '../../../functions/tables/relayhosts.ts';
import { buildTables } from '../../../functions/tables/tables.ts';
import { known, linesOf } from '../known.ts';

const address = (text: string) => {
  const parsed = addressOf(text);
  if (!parsed) throw new Error(`no address: ${text}`);
  return parsed;
};

describe('parseRelayhosts()', () => {
  test("permits what the slides' table lists, and nothing else", () => {
    const table = parseRelayhosts({
      'open-relay': 0,
      relayhosts: ['127.0.0.1', '192.0.2.22/32', '168.254.0.0/16'],
    });
    expect(['127.0.0.1', '192.0.2.22', '168.254.255.1'].map(table.permits)).toEqual([true, true, true]);
    expect(['127.0.0.2', '192.0.2.23', '168.255.0.1', '', 'neko'].map(table.permits)).toEqual(
      Array(5).fill(false),
    );
  });

  test.each([
    ['2001:db8::/33', ['2001:db8:7fff::1'], ['2001:db8:8000::1']],
    ['192.0.2.128/25', ['192.0.2.128', '::ffff:192.0.2.200'], ['192.0.2.127', '::ffff:192.0.2.1']],
    ['::ffff:192.0.2.0/120', ['192.0.2.9', '::ffff:192.0.2.9'], ['192.0.3.9']],
    ['0.0.0.0/0', ['203.0.113.9'], ['2001:db8::1']],
    ['::/0', ['2001:db8::1'], ['203.0.113.9']],
    ['10.0.0.77/8', ['10.255.0.1'], ['11.0.0.1']],
    ['fe80::/10', ['fe80::1%eth0'], ['fec0::1']],
  ])('takes %s', (network, inside, outside) => {
    const table = parseRelayhosts({ relayhosts: [network] });
    expect(inside.filter(table.permits)).toEqual(inside);
    expect(outside.filter(table.permits)).toEqual([]);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0', '::1/129', 'example.jp', '10.0.0.0/8/8', '1', 7])(
    'refuses %s',
    (network) => {
      expect(linesOf(() => parseRelayhosts({ relayhosts: ['127.0.0.1', network] }))).toEqual([
        `relayhosts: relayhosts[1]: expected an IPv4 or IPv6 address, or a network in CIDR notation, got ${JSON.stringify(network)}`,
      ]);
    },
  );

  test('is loopback alone where it is absent or empty, everybody where open-relay is 1', () => {
    for (const document of [undefined, {}, { relayhosts: [] }]) {
      const table = parseRelayhosts(document);
      expect(['127.0.0.1', '::1', '::ffff:127.0.0.1', '192.0.2.1'].map(table.permits)).toEqual([
        true,
        true,
        true,
        false,
      ]);
    }
    expect(parseRelayhosts({ 'open-relay': 1 }).permits('203.0.113.9')).toBe(true);
  });
});

describe('parseRecipients()', () => {
  const permits = (document: unknown, to: string) =>
    permitsRecipient(parseRecipients(document, 'haineko.example.jp'), address(to));

  test('permits domains and addresses whatever their case, not subdomains', () => {
    const table = { 'open-relay': 0, domainpart: ['example.ORG'], recipients: ['Sabatora@example.jp'] };
    expect(permits(table, 'Mi-Chan@Example.org')).toBe(true);
    expect(permits(table, 'sabatora@EXAMPLE.jp')).toBe(true);
    expect(permits(table, 'other@example.jp')).toBe(false);
    expect(permits(table, 'x@sub.example.org')).toBe(false);
  });

  test("permits only the server's own name where the table is absent", () => {
    expect(permits(undefined, 'root@haineko.example.jp')).toBe(true);
    expect(permits(undefined, 'root@example.jp')).toBe(false);
    expect(permits({}, 'root@haineko.example.jp')).toBe(false);
  });
});

describe('parsePassword()', () => {
  const slides = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';

  test('takes a hash alone, and a mapping with rights', () => {
    const users = parsePassword({
      haineko: slides,
      neko: { password: slides, admin: 1, senders: ['Example.jp', 'a@example.org'] },
    });
    expect(users.get('haineko')).toMatchObject({ admin: false, senders: undefined });
    const neko = users.get('neko');
    expect(neko?.admin).toBe(true);
    expect(
      neko &&
        ['x@example.jp', 'A@example.org', 'b@example.org'].map((each) => maySendAs(neko, address(each))),
    ).toEqual([true, true, false]);
  });

  test('never shows a key that a forgotten blank made of a secret', () => {
    const lines = [
      ...linesOf(() => parsePassword({ 'neko:{SSHA}PLANTED': null })),
      ...linesOf(() => parsePassword({ neko: { 'password:PLANTED': null, admin: 1 } })),
      ...linesOf(() => parseAuthinfo({ relay: { username: 'neko', 'password:PLANTED': null } })),
      ...linesOf(() => parseAuthinfo({ 'relay:PLANTED': null, relay: 'PLANTED' })),
      ...linesOf(() => parseCredential('relay', { 'password:PLANTED': null })),
    ];
    expect(lines.join('\n')).not.toContain('PLANTED');
    expect(lines).toContain('authinfo: relay.(a key): expected no such key, got (hidden)');
  });

  test('wants one kind of secret, whole', () => {
    const oauth2 = { tokenUrl: 'https://login.example.com/token', clientId: 'x', clientSecret: 'y' };
    for (const wrong of [
      { username: 'neko' },
      { oauth2 },
      { username: 'neko', password: 'x', oauth2 },
      { domain: 'example.jp', selector: 's' },
    ]) {
      expect(linesOf(() => parseCredential('relay', wrong))).toEqual([
        'authinfo/relay: expected password, or oauth2 with username, or domain, selector and privateKey, got (hidden)',
      ]);
    }
    expect(parseCredential('relay', { username: 'neko', oauth2 })).toEqual({
      username: 'neko',
      password: '',
      oauth2,
    });
  });

  test('wants a secret or a refresh token for oauth2', () => {
    const oauth2 = { tokenUrl: 'https://login.example.com/token', clientId: 'x' };
    expect(linesOf(() => parseCredential('relay', { username: 'neko', oauth2 }))).toEqual([
      'authinfo/relay: oauth2: expected clientSecret, refreshToken or both, got (hidden)',
    ]);
  });

  test.each([
    'http://login.example.com/token',
    'login.example.com',
    'https://neko@login.example.com/',
    'https://login.example.com/?',
    'https://login.example.com/#',
  ])('takes no token from %s', (tokenUrl) => {
    const read = () => parseCredential('relay', { username: 'neko', oauth2: { tokenUrl, clientId: 'x' } });
    expect(linesOf(read)).toEqual([
      'authinfo/relay: oauth2.tokenUrl: expected an https:// URL, got (hidden)',
    ]);
  });

  test('never shows a hash in an error', () => {
    const lines = linesOf(() =>
      parsePassword({ haineko: 'kijitora', neko: { password: slides, admin: 'kijitora' } }),
    );
    expect(lines.join()).not.toContain('kijitora');
    expect(lines[0]).toBe(
      "password: haineko.password: expected a password entry ('{SSHA}...' or '{scrypt}...'), got (hidden)",
    );
  });
});

describe('buildTables()', () => {
  test('lists the issues of all tables at once', () => {
    const lines = linesOf(() =>
      buildTables(
        { 'haineko.cf': { max_workers: 'neko', nyaa: 1 }, recipients: { recipients: ['neko'] } },
        known(),
      ),
    );
    expect(lines).toHaveLength(3);
    expect(lines).toContain('haineko.cf: max_workers: expected a whole number from 1 to 100, got "neko"');
    expect(lines).toContain('recipients: recipients[0]: expected an e-mail address, got "neko"');
    expect(lines.find((line) => line.startsWith('haineko.cf: nyaa'))).toContain('no such key');
  });

  test("takes the original's haineko.cf as it is", () => {
    const original = {
      smtpd: {
        hostname: 'haineko.example.jp',
        max_workers: 2,
        mailer: { auth: 'authinfo' },
        access: {},
        syslog: { disabled: 0 },
        milter: { libs: [], mail: ['Example'] },
      },
    };
    const { config } = buildTables({ 'haineko.cf': original }, known());
    expect(config).toMatchObject({
      hostname: 'haineko.example.jp',
      max_workers: 2,
      max_rcpts_per_message: 4,
    });
    expect(config.milter.mail).toEqual(['Example']);
  });

  test('refuses an unknown milter, and one in a phase that it has no part in', () => {
    const lines = linesOf(() =>
      buildTables({ 'haineko.cf': { milter: { mail: ['Neko'], ehlo: ['Example'] } } }, known()),
    );
    expect(lines).toEqual([
      'haineko.cf: milter.ehlo[0]: expected a milter with a part in ehlo (there is none), got "Example"',
      'haineko.cf: milter.mail[0]: expected a milter with a part in mail (Example), got "Neko"',
    ]);
  });

  test('wants hostname and default: when deployed', () => {
    expect(linesOf(() => buildTables({}, known({ deployed: true })))).toEqual([
      "haineko.cf: hostname: expected the server's name, got nothing",
      'mailertable: default: expected a route for mail that no entry matches, got nothing',
    ]);
  });

  test('looks up in a table of 30,000 entries as fast as in one of 10', () => {
    const table = (size: number) =>
      buildTables(
        {
          mailertable: Object.fromEntries(
            Array.from({ length: size }, (_, at) => [`d${at}.example`, { mailer: 'Discard' }]),
          ),
        },
        known(),
      );
    const cost = ({ mailertable }: ReturnType<typeof table>) => {
      const begun = process.hrtime.bigint();
      let found = 0;
      for (let at = 0; at < 200_000; at++) if (mailertable.get(`d${at % 10}.example`)) found++;
      expect(found).toBe(200_000);
      return Number(process.hrtime.bigint() - begun);
    };
    const [ten, many] = [table(10), table(30_000)];
    const small = Math.min(cost(ten), cost(ten));
    // a scan would be a thousand times slower; the factor leaves room for a busy machine
    expect(Math.min(cost(many), cost(many))).toBeLessThan(small * 20);
  });
});

describe('readDocument()', () => {
  test('reads JSON, YAML, and nothing', async () => {
    expect(await readDocument('t', '{"a": 1}')).toEqual({ a: 1 });
    expect(await readDocument('t', 'a: 1 # one\n')).toEqual({ a: 1 });
    expect(await readDocument('t', '{a: 1}')).toEqual({ a: 1 });
    for (const empty of ['', '  \n', '# a comment\n\n  # another\n', '---\n', '---\n...\n', 'null\n']) {
      expect(await readDocument('t', empty)).toBeUndefined();
    }
  });

  test('takes its time in proportion to the blank lines and comments before the first key', async () => {
    const begun = Date.now();
    for (const blank of ['\n', '# c\n\n', '  \r\n', '#\r\n']) {
      expect(await readDocument('t', `${blank.repeat(20_000)}a: 1\n`)).toEqual({ a: 1 });
      expect(await readDocument('t', blank.repeat(20_000))).toBeUndefined();
    }
    expect(Date.now() - begun).toBeLessThan(2000);
  });

  test('tells line and column of a syntax error', async () => {
    const error = await readDocument('relayhosts', 'open-relay: 0\nrelayhosts: [\n - x\n').catch(
      (each: unknown) => each,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ code: 'TABLE_SYNTAX' });
    expect(String(error)).toMatch(
      /^ConfigError: relayhosts: expected YAML or JSON, got a syntax error at line \d+, column \d+: /,
    );
  });

  test('keeps __proto__ a key, and knows no tags', async () => {
    const document = await readDocument('t', '__proto__: { admin: 1 }\n');
    expect(Object.keys(document as object)).toEqual(['__proto__']);
    await expect(readDocument('t', 'a: !!js/function x')).rejects.toBeInstanceOf(ConfigError);
  });
});

describe('buildTables() when deployed', () => {
  const deployed = known({ deployed: true });
  const mailertable = { default: { host: 'smtp.example.com' } };

  test('takes hostname within smtpd: and beside it', () => {
    for (const cf of [
      { hostname: 'a.jp' },
      { smtpd: { hostname: 'a.jp' } },
      { smtpd: {}, hostname: 'a.jp' },
    ]) {
      expect(buildTables({ 'haineko.cf': cf, mailertable }, deployed).config.hostname).toBe('a.jp');
    }
  });

  test('does not take a disabled default for one', () => {
    const off = { default: { host: 'smtp.example.com', disabled: 1 } };
    expect(
      linesOf(() => buildTables({ 'haineko.cf': { hostname: 'a.jp' }, mailertable: off }, deployed)),
    ).toEqual(['mailertable: default: expected a route for mail that no entry matches, got nothing']);
  });

  test('takes a list with nothing under it as empty', () => {
    const empty = {
      relayhosts: { relayhosts: null },
      recipients: { domainpart: null },
      'haineko.cf': { milter: { conn: null } },
    };
    expect(linesOf(() => buildTables(empty, known()))).toEqual([]);
    expect(linesOf(() => buildTables({ 'haineko.cf': { milter: null } }, known()))).toEqual([]);
  });

  test('takes a marker at the end, with whatever is no content after it', async () => {
    for (const end of ['---', '---\n', '---\n# end\n', '--- # end', '---\n\n  # one\n# two\n'])
      expect(await readDocument('t', `a: 1\n${end}`), end).toEqual({ a: 1 });
    await expect(readDocument('t', 'a: 1\n---\nb: 2\n')).rejects.toBeInstanceOf(ConfigError);
  });

  test('quotes nothing of what holds secrets, whole or cut, and no alias of anything', async () => {
    const said = (table: string, text: string) =>
      readDocument(table, text).then(
        () => '',
        (error: unknown) => String(error),
      );
    for (const table of ['authinfo', 'password', 'authinfo/Google', 'password/07']) {
      expect(await said(table, 'a: *S3CRET\n')).toMatch(/got a syntax error at line 1, column \d+$/);
    }
    const open = await said('mailertable', 'a: *S3CRET\n');
    expect(open).toContain('unidentified alias');
    expect(open).not.toContain('S3CRET');
  });
});
