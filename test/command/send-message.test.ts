import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { haineko } from './haineko.ts';

const folder = mkdtempSync(join(tmpdir(), 'haineko-message-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What --eml makes of a message, by --dry-run: lines of header and body. */
async function made(lines: readonly string[], args: readonly string[] = []) {
  writeFileSync(join(folder, 'mail.eml'), lines.join('\r\n'));
  const ended = await haineko(['send', '--eml', 'mail.eml', '--dry-run', '--ehlo', '[192.0.2.1]', ...args], {
    cwd: folder,
  });
  return { ...ended, document: ended.status === 0 ? (ended.json() as Record<string, unknown>) : {} };
}

const PLAIN = ['From: neko@example.jp', 'To: kijitora@example.org', 'Subject: Nyaa', '', 'Nyaa'];
const MULTIPART = (type: string, ...parts: readonly (readonly string[])[]) => [
  ...PLAIN.slice(0, 3),
  'MIME-Version: 1.0',
  `Content-Type: ${type}; boundary="nyaa"`,
  '',
  ...parts.flatMap((part) => ['--nyaa', ...part]),
  '--nyaa--',
  '',
];
const TEXT = ['Content-Type: text/plain; charset=utf-8', '', 'Nyaa'];

describe('haineko send --eml', () => {
  test('carries what the API takes, decoded, and names what it does not', async () => {
    const { document, stderr } = await made([
      'From neko@example.jp Sun Nov 22 13:41:22 2026',
      'Received: from a.example by b.example; Sun, 22 Nov 2026 13:41:22 +0000',
      'Received: from c.example by a.example; Sun, 22 Nov 2026 13:41:21 +0000',
      'DKIM-Signature: v=1; a=rsa-sha256; d=example.jp; b=AAAA',
      'X-SES-Configuration-Set: nyaa',
      'Charset: EUC-JP',
      'Date: Sun, 22 Nov 2026 13:41:20 +0000',
      'Message-ID: <1@example.jp>',
      'From: =?UTF-8?B?54yrLCDkuInmr5s=?= <neko@example.jp>',
      'To: "Kiji, Tora" <kijitora@example.org>, Cats: mike@example.org,',
      ' tama@example.org;',
      'Cc: KIJITORA@example.org, shiro@xn--r8jz45g.jp',
      'Bcc: kuro@example.org',
      'Reply-To: neko@example.jp (the cat)',
      'Subject: =?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=',
      ' =?UTF-8?Q?!_nyaa?=',
      'In-Reply-To: <0@example.jp>',
      'References: <00@example.jp>',
      '\t<0@example.jp>',
      'List-Unsubscribe: nyaa',
      'List-Id: nyaa <nyaa.example.jp>',
      'X-Nyaa: =?UTF-8?Q?=E7=8C=AB?=',
      'Content-Type: text/plain; charset=ISO-2022-JP',
      '',
      '\x1b$B%F%9%H\x1b(B',
      '',
    ]);
    expect(document).toEqual({
      ehlo: '[192.0.2.1]',
      mail: 'neko@example.jp',
      rcpt: [
        'kijitora@example.org',
        'mike@example.org',
        'tama@example.org',
        'shiro@xn--r8jz45g.jp',
        'kuro@example.org',
      ],
      header: {
        from: '"猫, 三毛" <neko@example.jp>',
        to: '"Kiji, Tora" <kijitora@example.org>, "Cats": mike@example.org, tama@example.org;',
        cc: 'KIJITORA@example.org, shiro@xn--r8jz45g.jp',
        'reply-to': '"the cat" <neko@example.jp>',
        subject: 'テスト! nyaa',
        'in-reply-to': '<0@example.jp>',
        references: expect.stringMatching(/^<00@example\.jp>\s<0@example\.jp>$/),
        'list-id': 'nyaa <nyaa.example.jp>',
        'x-nyaa': '猫',
        charset: 'ISO-2022-JP',
      },
      body: expect.stringMatching(/^テスト\n?$/),
    });
    expect(stderr).toContain(
      'header fields that are not carried: Received (2), DKIM-Signature, X-SES-Configuration-Set, Charset, List-Unsubscribe\n',
    );
    expect(stderr).toContain('the relay writes these anew: Date, Message-ID\n');
  });

  test('goes to whom --to says, from whom --from says, under the subject that --subject says', async () => {
    const { document } = await made(PLAIN, [
      ...['--from', 'tama@example.jp', '--to', 'mike@example.org', '--subject', 'Again'],
      ...['--header', 'Reply-To: tama@example.jp'],
    ]);
    expect(document).toMatchObject({
      mail: 'tama@example.jp',
      rcpt: ['mike@example.org'],
      header: {
        from: 'neko@example.jp',
        to: 'kijitora@example.org',
        subject: 'Again',
        'Reply-To': 'tama@example.jp',
      },
    });
  });

  test('carries text, HTML, the images in it, and files', async () => {
    writeFileSync(join(folder, 'more.txt'), 'more');
    const image = (id: string, disposition: string) => [
      'Content-Type: image/png; name="cat.png"',
      `Content-Disposition: ${disposition}; filename="cat.png"`,
      `Content-ID: <${id}>`,
      'Content-Transfer-Encoding: base64',
      '',
      'AQID',
    ];
    const { document, stderr } = await made(
      MULTIPART(
        'multipart/mixed',
        TEXT,
        ['Content-Type: text/html', '', '<p>Nyaa<img src="cid:cat@example.jp"></p>'],
        image('cat@example.jp', 'inline'),
        image('other@example.jp', 'attachment'),
        ['Content-Type: text/csv; charset=utf-8', 'Content-Disposition: attachment', '', '猫'],
        [
          'Content-Type: application/pdf',
          "Content-Disposition: attachment; filename*=UTF-8''%E7%8C%AB.pdf",
          '',
          'x',
        ],
        ['Content-Type: message/rfc822', '', 'Subject: inner', '', 'inner text'],
      ),
      ['--attach', 'more.txt'],
    );
    expect(stderr).toBe('');
    expect(document).toMatchObject({
      body: expect.stringContaining('Nyaa'),
      html: expect.stringContaining('cid:cat@example.jp'),
    });
    expect(document['attachments']).toEqual([
      { filename: 'cat.png', type: 'image/png', cid: 'cat@example.jp', content: 'AQID' },
      { filename: 'cat.png', type: 'image/png', content: 'AQID' },
      { type: 'text/csv; charset=utf-8', content: expect.any(String) },
      { filename: '猫.pdf', type: 'application/pdf', content: expect.any(String) },
      { type: 'message/rfc822', content: expect.any(String) },
      { filename: 'more.txt', content: Buffer.from('more').toString('base64') },
    ]);
    expect(document['body']).not.toContain('inner text');
  });

  test.each<[string, string[], string]>([
    ['From of two and no Sender', ['From: a@example.jp, b@example.jp', 'To: c@example.org'], '--from'],
    ['no From', ['To: c@example.org'], '--from'],
    ['no recipient', ['From: a@example.jp', 'To: undisclosed-recipients:;'], '--to'],
    ['a resent message', [...PLAIN.slice(0, 2), 'Resent-To: c@example.org'], '--to'],
    ['a list that is none', ['From: a@example.jp', 'To: c@example.org <<'], '--to'],
    ['an address that is not ASCII', ['From: a@example.jp', 'To: 猫@example.org'], '--to'],
  ])('asks for what the message does not say: %s', async (_what, header, option) => {
    const ended = await made([...header, 'Subject: Nyaa', '', 'Nyaa']);
    expect(ended).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(`Say ${option} ADDRESS.`),
    });
    expect(
      (await made([...header, 'Subject: Nyaa', '', 'x'], ['--from', 'a@example.jp', '--to', 'b@example.org']))
        .status,
    ).toBe(0);
  });

  test('takes the Sender where From has several', async () => {
    const { document } = await made([
      'From: a@example.jp, b@example.jp',
      'Sender: b@example.jp',
      ...PLAIN.slice(1),
    ]);
    expect(document).toMatchObject({ mail: 'b@example.jp' });
  });

  const signature = ['Content-Type: application/pgp-signature; name="s.asc"', '', 'sig'];
  const SMIME = [
    ...PLAIN.slice(0, 3),
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
    'Content-Transfer-Encoding: base64',
    '',
    'AQID',
  ];
  test.each<[string, string[], string]>([
    ['trace fields', ['Received: from a by b; x', ...PLAIN], 'not carried: Received'],
    ['an unknown field', ['Priority: urgent', ...PLAIN], 'not carried: Priority'],
    [
      'a signature',
      MULTIPART('multipart/signed; protocol="application/pgp-signature"', TEXT, signature),
      'its signature (S/MIME or PGP) does not hold any more',
    ],
    [
      'an encrypted PGP message',
      MULTIPART(
        'multipart/encrypted',
        ['Content-Type: application/pgp-encrypted', '', 'Version: 1'],
        ['Content-Type: application/octet-stream', '', 'x'],
      ),
      'its encryption',
    ],
    ['an encrypted S/MIME message', SMIME, 'its encryption'],
    [
      'a report',
      MULTIPART('multipart/report', TEXT, ['Content-Type: message/delivery-status', '', 'Action: failed']),
      'its structure multipart/report',
    ],
    [
      'an invitation',
      MULTIPART('multipart/alternative', TEXT, [
        'Content-Type: text/calendar; method=REQUEST',
        '',
        'BEGIN:VCALENDAR',
      ]),
      'its invitation (text/calendar) goes as a file',
    ],
    [
      'a file with a name that cannot be',
      MULTIPART('multipart/mixed', TEXT, [
        `Content-Type: application/pdf; name="${'x'.repeat(300)}"`,
        '',
        'x',
      ]),
      'of file 1 its filename',
    ],
  ])('says what is lost, and refuses that with --strict: %s', async (_what, lines, lost) => {
    expect(await made(lines)).toMatchObject({ status: 0, stderr: expect.stringContaining(lost) });
    const strict = await made(lines, ['--strict']);
    expect(strict).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(lost) });
  });

  test('takes with --strict a message of which nothing is lost', async () => {
    const lines = ['Date: Sun, 22 Nov 2026 13:41:20 +0000', 'Message-ID: <1@example.jp>', ...PLAIN];
    expect(await made(lines, ['--strict'])).toMatchObject({ status: 0 });
  });

  test('never lets a message steer the terminal, nor fill it', async () => {
    const many = Array.from({ length: 500 }, (_, at) => `Nyaa-${at}: x`);
    const { stderr } = await made(['Ny\x9b2Jaa: x', ...many, ...PLAIN]);
    expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(stderr.length).toBeLessThan(1000);
  });

  test('says that a message is nested too deeply', async () => {
    const nested = Array.from({ length: 300 }, (_, at) => [
      `Content-Type: multipart/mixed; boundary="b${at}"`,
      '',
      `--b${at}`,
    ]);
    expect(await made([...PLAIN.slice(0, 3), ...nested.flat(), '', 'x'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--eml: it cannot be read: Maximum MIME nesting depth'),
    });
  });
});
