import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../functions/mail/address.ts';
import type { Milter } from '../../../functions/milter/milter.ts';
import { MAIL, octets, world } from '../app/world.ts';

const cf = (milter: object) => ({ 'haineko.cf': { hostname: 'haineko.example.jp', milter } });

describe('a milter', () => {
  test('rewrites headers and body', async () => {
    const { post, kept } = world(cf({ head: ['Nyaa'], body: ['Nyaa'] }));
    expect((await post({ ...MAIL, body: 'Hello' })).status).toBe(200);
    expect(octets(kept[0] as never)).toContain('Subject: [nyaa] Nyaa\r\n');
    expect(octets(kept[0] as never)).toMatch(/\r\n\r\nHello\r\nNyaa\.\r\n$/);
  });

  test('adds recipients, which go through the recipients table', async () => {
    const { post, kept } = world(cf({ rcpt: ['Example'] }));
    const { json, status } = await post({ ...MAIL, rcpt: ['mi-chan@example.org', 'sabatora@example.jp'] });
    expect(status).toBe(207);
    expect(json['smtp.recipient']).toEqual([
      'mi-chan@example.org',
      'sabatora@example.jp',
      'always-bcc@example.org',
      'always-bcc@example.jp',
    ]);
    expect(kept.map(({ envelope }) => envelope.rcpt[0])).toEqual([
      'mi-chan@example.org',
      'sabatora@example.jp',
      'always-bcc@example.org',
    ]);
  });

  test('is asked in the order of haineko.cf, the first refusal ends it, code and dsn may be its own', async () => {
    const asked: string[] = [];
    const named = (name: string, refuse: boolean): Milter => ({
      name,
      description: name,
      mail: () => {
        asked.push(name);
        return refuse ? { refuse: 'no', code: '550', dsn: '5.7.27' } : undefined;
      },
    });
    const { post } = world(cf({ mail: ['B', 'C', 'A'] }), {}, [
      named('A', false),
      named('B', false),
      named('C', true),
    ]);
    expect((await post(MAIL)).json['smtp.response']).toMatchObject({
      code: '550',
      dsn: '5.7.27',
      message: ['no'],
      command: 'MAIL',
    });
    expect(asked).toEqual(['B', 'C']);
  });

  test('that drops a recipient leaves the others', async () => {
    const picky: Milter = {
      name: 'Picky',
      description: '',
      rcpt: (to) => (to.startsWith('a@') ? { refuse: 'not a' } : undefined),
    };
    const { post } = world(cf({ rcpt: ['Picky'] }), {}, [picky]);
    const { json } = await post({ ...MAIL, rcpt: ['a@example.org', 'b@example.org'] });
    expect(json['smtp.responses']).toMatchObject([{ code: '553', message: ['not a'] }, { code: '250' }]);
  });

  test('cannot smuggle a line break into a header, nor an empty body', async () => {
    const evil: Milter = {
      name: 'Evil',
      description: '',
      head: (header) => ({ header: new Map(header).set('subject', 'x\r\nBcc: y@example.net') }),
      body: () => ({ body: { text: '', html: undefined } }),
    };
    expect((await world(cf({ head: ['Evil'] }), {}, [evil]).post(MAIL)).json['smtp.response']).toMatchObject({
      dsn: '5.6.0',
    });
    expect((await world(cf({ body: ['Evil'] }), {}, [evil]).post(MAIL)).json['smtp.response']).toMatchObject({
      message: ['Message body is empty'],
    });
  });

  test('that throws is a defect of ours: 500, nothing sent', async () => {
    const broken: Milter = { name: 'Broken', description: '', mail: () => Promise.reject(new Error('boom')) };
    const { post, kept, lines } = world(cf({ mail: ['Broken'] }), {}, [broken]);
    expect((await post(MAIL)).status).toBe(500);
    expect(kept).toEqual([]);
    expect(lines).toMatchObject([
      { level: 'error', recipients: [{ cause: expect.stringContaining('boom') }] },
    ]);
  });

  test('sees the session as far as it has come', async () => {
    const seen: unknown[] = [];
    const watcher: Milter = {
      name: 'Watcher',
      description: '',
      rcpt: (to, session) => void seen.push([to, session]),
    };
    await world(cf({ rcpt: ['Watcher'] }), {}, [watcher]).post(MAIL);
    expect(seen).toEqual([
      [
        addressOf('mi-chan@example.org'),
        expect.objectContaining({
          ehlo: '[127.0.0.1]',
          mail: 'kijitora@example.jp',
          client: { address: '127.0.0.1', userAgent: 'neko/1.0' },
        }),
      ],
    ]);
  });
});
