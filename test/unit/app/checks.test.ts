import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../functions/app/context.ts';
import type { AllDocuments } from '../../../functions/store/snapshot.ts';
import { basic, MAIL, world } from './world.ts';

type Row = [
  what: string,
  request: { mail?: object; http?: Partial<HttpRequest>; tables?: AllDocuments },
  status: number,
  code: string,
  dsn: string | null,
  command: string,
  message: string | RegExp,
];

const mail = (changes: object) => ({ mail: { ...MAIL, ...changes } });
const header = (changes: object) => mail({ header: { ...MAIL.header, ...changes } });
const cf = (changes: object): AllDocuments => ({
  'haineko.cf': { hostname: 'haineko.example.jp', ...changes },
});
const from = (address: string) => ({ remote: { address, port: 1 } });
const cf100 = cf({ max_message_size: 100 });

// wire.md, "Checks, in order, and the refusals": one row there, one or more rows here
const ROWS: Row[] = [
  [
    'method not POST',
    { http: { method: 'GET', body: '' } },
    405,
    '421',
    null,
    'HTTP',
    'GET method not supported',
  ],
  ['another method', { http: { method: 'PUT' } }, 405, '421', null, 'HTTP', 'PUT method not supported'],
  ['GET with a body', { http: { method: 'GET' } }, 405, '421', null, 'HTTP', 'GET method not supported'],
  [
    'a request too large',
    { http: { body: 'x'.repeat(1001) }, tables: cf({ max_request_size: 1000 }) },
    413,
    '552',
    '5.3.4',
    'HTTP',
    /1000 bytes/,
  ],
  [
    'no credentials where they are required',
    { tables: cf({ require_auth: 1 }) },
    401,
    '500',
    '5.7.1',
    'AUTH',
    'Access denied. Proper authentication required.',
  ],
  [
    'a wrong password',
    { http: { headers: basic('haineko', 'wrong') } },
    401,
    '500',
    '5.7.1',
    'AUTH',
    'Access denied. Proper authentication required.',
  ],
  [
    'malformed credentials',
    { http: { headers: { authorization: 'Basic !!!' } } },
    401,
    '500',
    '5.7.1',
    'AUTH',
    'Access denied. Proper authentication required.',
  ],
  [
    'no password table where it is required',
    {
      http: { headers: basic('haineko', 'kijitora') },
      tables: { ...cf({ require_auth: 1 }), password: undefined },
    },
    401,
    '500',
    '5.7.1',
    'AUTH',
    'Access denied. Proper authentication required.',
  ],
  [
    'a client that is not listed',
    { http: from('203.0.113.9') },
    403,
    '500',
    '5.7.1',
    'AUTH',
    'Access denied',
  ],
  [
    'a client that says X-Forwarded-For',
    { http: { ...from('203.0.113.9'), headers: { 'x-forwarded-for': '127.0.0.1' } } },
    403,
    '500',
    '5.7.1',
    'AUTH',
    'Access denied',
  ],
  ['a client without an address', { http: from('') }, 403, '500', '5.7.1', 'AUTH', 'Access denied'],
  [
    'a milter on conn',
    { http: from('192.0.2.66'), tables: cf({ milter: { conn: ['Example'] } }) },
    400,
    '421',
    null,
    'CONN',
    'This client is not welcome',
  ],
  ['no JSON', { http: { body: '{ neko' } }, 400, '421', null, 'HTTP', 'Malformed JSON string'],
  ['no mapping', { http: { body: '[1,2]' } }, 400, '421', null, 'HTTP', 'Malformed JSON string'],
  [
    'octets that are not UTF-8',
    { http: { body: Buffer.from('{"ehlo":"\xe9"}', 'latin1') } },
    400,
    '421',
    null,
    'HTTP',
    'Malformed JSON string',
  ],
  [
    'a list for ehlo',
    mail({ ehlo: ['example.jp'] }),
    400,
    '421',
    null,
    'HTTP',
    /^Malformed JSON string ehlo: expected a text$/,
  ],
  [
    'a mapping for a recipient',
    mail({ rcpt: [{}] }),
    400,
    '421',
    null,
    'HTTP',
    /rcpt: expected an address or a list of addresses/,
  ],
  ['a list for header', mail({ header: [] }), 400, '421', null, 'HTTP', /header: expected a mapping/],
  [
    'a list for subject',
    header({ subject: ['x'] }),
    400,
    '421',
    null,
    'HTTP',
    /header\.subject: expected a text/,
  ],
  [
    'a header no client may give',
    header({ bcc: 'x@example.net' }),
    400,
    '421',
    null,
    'HTTP',
    /header\.bcc: not a field that a client may give/,
  ],
  [
    'a header of ours',
    header({ 'X-Originating-IP': '1' }),
    400,
    '421',
    null,
    'HTTP',
    /header\.X-Originating-IP: this field is written by the server/,
  ],
  [
    'an unknown field',
    mail({ attachment: 1 }),
    400,
    '421',
    null,
    'HTTP',
    /'attachment' is no field of a mail/,
  ],
  [
    'attachments with loose base64',
    mail({ attachments: [{ content: 'aGk' }] }),
    400,
    '421',
    null,
    'HTTP',
    /attachments\[0\]\.content: expected base64/,
  ],
  [
    'a loop',
    header({ 'x-haineko-loop': ['vm', 'HAINEKO.example.jp'] }),
    400,
    '421',
    null,
    'CONN',
    'Detected message loop',
  ],
  ['no ehlo', mail({ ehlo: null }), 400, '501', '5.0.0', 'EHLO', 'EHLO requires domain address'],
  ['an empty request', { http: { body: '' } }, 400, '501', '5.0.0', 'EHLO', 'EHLO requires domain address'],
  ['ehlo without a dot', mail({ ehlo: 'localhost' }), 400, '501', '5.0.0', 'EHLO', 'Invalid domain name'],
  [
    'ehlo with a line break',
    mail({ ehlo: '1.2.3.4\r\nX: y' }),
    400,
    '501',
    '5.0.0',
    'EHLO',
    'Invalid domain name',
  ],
  [
    'a milter on ehlo',
    { ...mail({ ehlo: 'neko.invalid' }), tables: cf({ milter: { ehlo: ['Example'] } }) },
    400,
    '521',
    null,
    'EHLO',
    'Invalid domain name',
  ],
  [
    'no sender',
    mail({ mail: null }),
    400,
    '501',
    '5.5.2',
    'MAIL',
    'Syntax error in parameters scanning "FROM"',
  ],
  [
    'an empty sender',
    mail({ mail: '' }),
    400,
    '501',
    '5.5.2',
    'MAIL',
    'Syntax error in parameters scanning "FROM"',
  ],
  [
    'a sender that is no address',
    mail({ mail: '@example.jp' }),
    400,
    '553',
    '5.5.4',
    'MAIL',
    'Domain name required for sender address',
  ],
  [
    'a sender with a line break',
    mail({ mail: 'a@example.jp\r\nRCPT TO:<b@example.net>' }),
    400,
    '553',
    '5.5.4',
    'MAIL',
    'Domain name required for sender address',
  ],
  [
    'a sender that is not ASCII',
    mail({ mail: 'a@example.jpキ' }),
    400,
    '553',
    '5.6.7',
    'MAIL',
    'non-ASCII address is not permitted',
  ],
  [
    'a sender that the user may not use',
    { ...mail({ mail: 'a@example.org' }), http: { headers: basic('narrow', 'kijitora') } },
    400,
    '553',
    '5.7.1',
    'MAIL',
    'Sender address is not permitted',
  ],
  [
    'a milter on mail',
    { ...mail({ mail: 'spammer@example.com' }), tables: cf({ milter: { mail: ['Example'] } }) },
    400,
    '501',
    '5.1.8',
    'MAIL',
    'spammer is not allowed to send',
  ],
  ['no recipient', mail({ rcpt: [] }), 400, '553', '5.0.0', 'RCPT', 'User address required'],
  ['an empty recipient', mail({ rcpt: '' }), 400, '553', '5.0.0', 'RCPT', 'User address required'],
  [
    'too many recipients',
    mail({ rcpt: [1, 2, 3, 4, 5].map((n) => `${n}@example.org`) }),
    403,
    '452',
    '4.5.3',
    'RCPT',
    'Too many recipients',
  ],
  [
    'a recipient that is no address',
    mail({ rcpt: 'kijitora' }),
    400,
    '553',
    '5.1.5',
    'RCPT',
    'Recipient address is invalid',
  ],
  [
    'a recipient with a line break',
    mail({ rcpt: ['mi-chan@example.org\r\nRCPT TO:<x@example.net>'] }),
    400,
    '553',
    '5.1.5',
    'RCPT',
    'Recipient address is invalid',
  ],
  [
    'a recipient that is not ASCII',
    mail({ rcpt: ['a@example.orgキ'] }),
    400,
    '553',
    '5.6.7',
    'RCPT',
    'non-ASCII address is not permitted',
  ],
  [
    'a recipient that is not listed',
    mail({ rcpt: ['x@example.net'] }),
    400,
    '553',
    '5.7.1',
    'RCPT',
    'Recipient address is not permitted',
  ],
  ['an empty body', mail({ body: '' }), 400, '500', '5.6.0', 'DATA', 'Message body is empty'],
  ['no body', mail({ body: null }), 400, '500', '5.6.0', 'DATA', 'Message body is empty'],
  [
    'a body too large, in octets',
    { ...mail({ body: '猫'.repeat(34) }), tables: cf100 },
    400,
    '552',
    '5.2.3',
    'DATA',
    'Message size exceeds fixed maximum message size',
  ],
  [
    'body, html and attachments too large together',
    {
      ...mail({
        body: 'x'.repeat(40),
        html: 'x'.repeat(40),
        attachments: [{ content: Buffer.alloc(21).toString('base64') }],
      }),
      tables: cf100,
    },
    400,
    '552',
    '5.2.3',
    'DATA',
    'Message size exceeds fixed maximum message size',
  ],
  ['an empty subject', header({ subject: '' }), 400, '500', '5.6.0', 'DATA', 'Subject header is empty'],
  ['no header', mail({ header: null }), 400, '500', '5.6.0', 'DATA', 'Subject header is empty'],
  [
    'a line break in a header',
    header({ subject: 'x\r\nBcc: y@example.net' }),
    400,
    '554',
    '5.6.0',
    'DATA',
    'header.subject: holds a line break or NUL',
  ],
  [
    'a NUL in a header',
    header({ 'x-neko': 'a\0b' }),
    400,
    '554',
    '5.6.0',
    'DATA',
    'header.x-neko: holds a line break or NUL',
  ],
  [
    'a header that commands a provider',
    header({ 'X-SMTPAPI': '{}' }),
    400,
    '554',
    '5.6.3',
    'DATA',
    "Header 'x-smtpapi' commands a provider and is not permitted",
  ],
  [
    'an address header without an address',
    header({ from: 'Kijitora' }),
    400,
    '554',
    '5.6.0',
    'DATA',
    /^header\.from: expected/,
  ],
  [
    'a non-ASCII address in a header',
    header({ cc: 'キジ@example.jp' }),
    400,
    '553',
    '5.6.7',
    'DATA',
    /non-ASCII address is not permitted/,
  ],
  [
    'several in From without Sender',
    header({ from: 'a@example.jp, b@example.jp' }),
    400,
    '554',
    '5.6.0',
    'DATA',
    /header\.sender/,
  ],
  [
    'a milter on head',
    { ...header({ subject: 'Buy SPAM now' }), tables: cf({ milter: { head: ['Example'] } }) },
    400,
    '554',
    '5.7.1',
    'DATA',
    'Subject contains a word that is not allowed',
  ],
  [
    'a milter on body',
    { ...mail({ body: 'see http://example.net/' }), tables: cf({ milter: { body: ['Example'] } }) },
    400,
    '554',
    '5.6.0',
    'DATA',
    'Not allowed to send an email including URL',
  ],
  [
    'a wrong table',
    { tables: cf({ max_workers: 'neko' }) },
    500,
    '500',
    '5.3.5',
    'CONF',
    'haineko.cf: max_workers',
  ],
  ['an unknown path', { http: { path: '/nyaa' } }, 404, '421', null, 'HTTP', 'Not found'],
  ['a trailing slash', { http: { path: '/submit/', method: 'GET' } }, 404, '421', null, 'HTTP', 'Not found'],
];

describe('answer() refuses', () => {
  test.each(ROWS)(
    '%s',
    async (_, { mail: sent = MAIL, http = {}, tables = {} }, status, code, dsn, command, message) => {
      const { ask, kept } = world(tables);
      const made = await ask({ body: JSON.stringify(sent), ...http });
      const reply = made.json['smtp.response'] as { message: string[]; outcome: string };
      expect({ status: made.status, reply }).toMatchObject({
        status,
        reply: { code, dsn, error: 1, command },
      });
      if (typeof message === 'string') expect(reply.message[0]).toBe(message);
      else expect(reply.message.join(' ')).toMatch(message);
      expect(reply.outcome).toBe(command === 'CONF' ? 'deferred' : 'rejected');
      expect(made.headers).toMatchObject({
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
      });
      expect(kept).toEqual([]);
    },
  );

  // each mail has its own fault and all the later ones: what is told is the first
  test('the first fault in the order of the checks', async () => {
    const faults = {
      ehlo: 'localhost',
      mail: '@',
      rcpt: ['x@example.net'],
      header: { subject: '' },
      body: '',
    };
    const order = ['ehlo', 'mail', 'rcpt', 'body', 'header'] as const;
    const commands: unknown[] = [];
    let sent: Record<string, unknown> = { ...faults };
    for (const name of order) {
      const { json } = await world().post(sent);
      commands.push((json['smtp.response'] as { command: string; message: string[] }).message[0]);
      sent = { ...sent, [name]: MAIL[name] };
    }
    expect(commands).toEqual([
      'Invalid domain name',
      'Domain name required for sender address',
      'Recipient address is not permitted',
      'Message body is empty',
      'Subject header is empty',
    ]);
    const denied = { remote: { address: '203.0.113.9', port: 1 } };
    expect((await world().ask({ ...denied, body: '{ neko' })).status).toBe(403);
    expect((await world().ask({ ...denied, headers: basic('haineko', 'wrong') })).status).toBe(401);
    expect(
      (await world(cf({ max_request_size: 10 })).ask({ ...denied, headers: basic('haineko', 'wrong') }))
        .status,
    ).toBe(413);
    expect((await world(cf({ max_request_size: 10 })).ask({ ...denied, method: 'GET' })).status).toBe(405);
    const looped = { ...MAIL, ehlo: '', header: { ...MAIL.header, 'x-haineko-loop': 'haineko.example.jp' } };
    expect((await world().post(looped)).json['smtp.response']).toMatchObject({ command: 'CONN' });
  });
});
