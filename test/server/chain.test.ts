import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask, type Running, started } from './process.ts';

type Tables = Readonly<Record<string, string>>;
/** A server in a folder of its own. */
type Server = {
  readonly running: Running;
  lay(tables: Tables): Promise<void>;
  /** The files in its outbox. */
  outbox(): Promise<string[]>;
};

let folder: string;
const servers: Server[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haineko-chain-'));
});
afterAll(async () => {
  for (const { running } of servers) expect(await running.stop()).toBe(0);
  await rm(folder, { recursive: true });
});

async function serve(name: string, tables: Tables, args: readonly string[] = []): Promise<Server> {
  const outbox = join(folder, `${name}-outbox`);
  await mkdir(join(folder, name));
  const lay = async (given: Tables) => {
    for (const [table, text] of Object.entries(given)) await writeFile(join(folder, name, table), text);
  };
  await lay({ 'haineko.cf': `hostname: ${name}.example.jp\n`, recipients: 'open-relay: 1\n', ...tables });
  const running = await started(['--port', '0', '--config', join(folder, name), '--outbox', outbox, ...args]);
  const made: Server = {
    running,
    lay,
    // it is made by the first mail
    outbox: () => readdir(outbox).catch(() => []),
  };
  servers.push(made);
  return made;
}

const routeTo = ({ running }: Server, more = '') =>
  `default: { mailer: Haineko, host: 127.0.0.1, port: ${running.url.port}, timeout: 20${more} }\n`;

const MAIL = {
  ehlo: '[127.0.0.1]',
  mail: 'neko@example.jp',
  rcpt: ['mi-chan@example.org'],
  header: { from: '猫 <neko@example.jp>', subject: '吾輩は猫である' },
  body: '名前はまだ無い。\n.\nどこで生れたか\n',
};

async function submit({ running }: Server, mail: object) {
  const { status, json } = await ask(running.url, '/submit', JSON.stringify(mail));
  const replies = json['response'] as unknown[] | undefined;
  return { status, json, reply: (json['smtp.response'] ?? replies?.at(-1)) as Record<string, unknown> };
}

/** The mail that a reply of the File mailer tells of: its path is the first line. */
async function saved(reply: Record<string, unknown>): Promise<{ raw: string; parsed: ParsedMail }> {
  const raw = await readFile(String((reply['message'] as string[])[0]));
  return { raw: raw.toString('latin1'), parsed: await simpleParser(raw) };
}

describe('a chain of two servers', () => {
  let near: Server;
  let far: Server;
  beforeAll(async () => {
    far = await serve(
      'far',
      {
        // its user is kijitora's, as the slides have it
        password: "haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n",
        mailertable: 'default: { mailer: File }\n',
        recipients: 'domainpart: [ example.org ]\n',
      },
      ['-A'],
    );
    near = await serve('near', {
      mailertable:
        routeTo(far, ', auth: Far') + routeTo(far, ', auth: Wrong').replace('default', 'wrong.example'),
      authinfo:
        'Far: { username: haineko, password: kijitora }\nWrong: { username: haineko, password: tora }\n',
    });
  });

  test('carries HTML, an image and a file, and passes on the reply', async () => {
    const image = Buffer.from('89504e470d0a1a0a', 'hex');
    const { status, json, reply } = await submit(near, {
      ...MAIL,
      html: '<p>名前はまだ無い。</p><img src="cid:neko">',
      attachments: [
        { filename: '猫.png', type: 'image/png', content: image.toString('base64'), cid: 'neko' },
        { filename: 'a b.txt', content: Buffer.from('one\n.\ntwo\n').toString('base64') },
      ],
    });
    expect(status).toBe(200);
    // the File mailer's there
    expect(reply).toMatchObject({
      code: '200',
      command: 'DATA',
      outcome: 'accepted',
      error: 0,
      message: [expect.stringMatching(/\.eml$/), 'Successfully saved'],
      rcpt: 'mi-chan@example.org',
      mailer: 'Haineko',
      host: '127.0.0.1',
      port: Number(far.running.url.port),
    });
    expect(json['smtp.notes']).toEqual([expect.stringContaining('Message-Id, Date')]);
    const { parsed, raw } = await saved(reply);
    expect(parsed).toMatchObject({ subject: '吾輩は猫である', text: MAIL.body });
    expect(parsed.from?.value).toEqual([{ name: '猫', address: 'neko@example.jp' }]);
    expect(parsed.to).toMatchObject({ text: 'mi-chan@example.org' });
    expect(parsed.html).toContain('<p>名前はまだ無い。</p>');
    expect(
      parsed.attachments.map(({ filename, cid, content }) => [filename, cid, content.toString('hex')]),
    ).toEqual([
      ['猫.png', 'neko', image.toString('hex')],
      ['a b.txt', undefined, Buffer.from('one\n.\ntwo\n').toString('hex')],
    ]);
    expect(parsed.headers.get('x-haineko-loop')).toBe('near.example.jp, far.example.jp');
    expect(raw).toMatch(/^Received: from near\.example\.jp \(\[127\.0\.0\.1\]\) by far\.example\.jp /);
    expect(raw.match(/^(?:Message-Id|Date|From|To|Subject|X-Mailer|X-SMTP-Engine):/gm)).toHaveLength(7);
  });

  test('carries ISO-2022-JP, and the other fields', async () => {
    const header = {
      ...MAIL.header,
      charset: 'ISO-2022-JP',
      to: 'みーちゃん <mi-chan@example.org>, tora@example.org',
      cc: 'キジトラ <kijitora@example.org>',
      'reply-to': '三毛 <mike@example.jp>',
      'list-unsubscribe': '<https://example.jp/u/1>',
      references: '<1@example.jp>',
      'x-neko': 'ニャー',
    };
    const { status, json, reply } = await submit(near, { ...MAIL, header });
    expect([status, json['smtp.notes']]).toEqual([200, [expect.stringContaining('Message-Id, Date')]]);
    const { parsed, raw } = await saved(reply);
    expect(raw).toMatch(/^Content-Type: text\/plain; charset=ISO-2022-JP\r$/m);
    expect(raw).toMatch(/^Subject: =\?ISO-2022-JP\?B\?/m);
    expect(parsed).toMatchObject({ subject: '吾輩は猫である', text: MAIL.body });
    expect(parsed.to).toMatchObject({ text: '"みーちゃん" <mi-chan@example.org>, tora@example.org' });
    expect(parsed.cc).toMatchObject({ text: '"キジトラ" <kijitora@example.org>' });
    expect(parsed.replyTo).toMatchObject({ text: '"三毛" <mike@example.jp>' });
    expect(parsed.references).toBe('<1@example.jp>');
    expect(raw).toContain('\r\nList-Unsubscribe: <https://example.jp/u/1>\r\n');
    expect(raw).toMatch(/^X-Neko: =\?ISO-2022-JP\?B\?/m);
  });

  test('defers a mail with a wrong password, 535 5.7.8', async () => {
    const { status, reply } = await submit(near, { ...MAIL, rcpt: ['mi-chan@wrong.example'] });
    expect(status).toBe(503);
    expect(reply).toMatchObject({
      outcome: 'deferred',
      code: '535',
      dsn: '5.7.8',
      command: 'AUTH',
      message: ['Access denied. Proper authentication required.'],
    });
  });

  test('passes on what is refused there', async () => {
    const { status, reply } = await submit(near, { ...MAIL, rcpt: ['mi-chan@example.net'] });
    expect(status).toBe(422);
    expect(reply).toMatchObject({
      outcome: 'rejected',
      code: '553',
      dsn: '5.7.1',
      command: 'RCPT',
      message: ['Recipient address is not permitted'],
      mailer: 'Haineko',
    });
  });

  test('defers a mail where the other lets nobody in by this address', async () => {
    const closed = await serve('closed', { relayhosts: 'relayhosts: [ 192.0.2.1 ]\n' });
    const knocking = await serve('knocking', { mailertable: routeTo(closed) });
    const { status, reply } = await submit(knocking, MAIL);
    expect(status).toBe(503);
    expect(reply).toMatchObject({
      outcome: 'deferred',
      code: '451',
      dsn: '4.7.0',
      message: ['Access denied'],
    });
  });
});

describe('a loop of two servers', () => {
  let one: Server;
  let two: Server;
  beforeAll(async () => {
    one = await serve('one', {});
    two = await serve('two', { mailertable: routeTo(one) });
    await one.lay({ mailertable: routeTo(two) });
    await inForce(one, (conf) => conf.includes(two.running.url.port));
  });

  /** The tables are looked at once a second. */
  async function inForce({ running }: Server, holds: (conf: string) => boolean): Promise<void> {
    await vi.waitFor(async () => expect(holds((await ask(running.url, '/conf')).text)).toBe(true), {
      timeout: 8000,
      interval: 100,
    });
  }

  const sessions = ({ running }: Server) =>
    running
      .printed()
      .split('\n')
      .filter((line) => / -> /.test(line));

  test('ends at the server that sees its own name, and every server tells it', async () => {
    const { status, json, reply } = await submit(one, MAIL);
    expect(status).toBe(422);
    expect(reply).toMatchObject({
      outcome: 'rejected',
      error: 1,
      code: '554',
      dsn: '5.4.6',
      message: ['Detected message loop'],
      mailer: 'Haineko',
      port: Number(two.running.url.port),
    });
    await one.running.until(new RegExp(`${String(json['smtp.queueid'])} 422 rejected`));
    expect(sessions(one)).toEqual([
      // the second visit of the mail, and the first
      expect.stringMatching(/ 400 rejected .* -> -: 421 at CONN /),
      expect.stringMatching(/ 422 rejected .*example\.org by Haineko 127\.0\.0\.1:\d+: 554 5\.4\.6 at POST /),
    ]);
    expect(sessions(two)).toEqual([
      expect.stringMatching(/ 422 rejected .*example\.org by Haineko 127\.0\.0\.1:\d+: 554 5\.4\.6 at POST /),
    ]);
  });

  const cf = (name: string, more: string) => ({ 'haineko.cf': `hostname: ${name}.example.jp\n${more}` });
  test.each([
    ['the second answers in the format of 0.2.17', '', "reply_format: '0.2.17'\n", 422],
    ['the first does', "reply_format: '0.2.17'\n", '', 200],
    [
      'both do, and tell nothing of themselves',
      "reply_format: '0.2.17'\ntrace_headers: 0\n",
      "reply_format: '0.2.17'\ntrace_headers: 0\n",
      200,
    ],
  ])('ends where %s', async (_, ofOne, ofTwo, expected) => {
    await one.lay(cf('one', ofOne));
    await two.lay(cf('two', ofTwo));
    const format = (more: string) => (conf: string) =>
      conf.includes('"reply_format":"0.2.17"') === (more !== '');
    await inForce(one, format(ofOne));
    await inForce(two, format(ofTwo));
    const before = sessions(one).length;
    const { status, reply } = await submit(one, MAIL);
    expect(status).toBe(expected);
    expect(reply).toMatchObject({
      error: 1,
      code: '554',
      dsn: '5.4.6',
      message: ['Detected message loop'],
      mailer: 'Haineko',
    });
    if (ofOne === '') expect(reply['outcome']).toBe('rejected');
    await expect.poll(() => sessions(one).length).toBe(before + 2);
    expect(sessions(one).at(-1)).toContain('rejected');
  });

  test('leaves both servers at work, and no mail behind', async () => {
    for (const server of [one, two]) {
      expect((await ask(server.running.url, '/neko')).text).toBe('Nyaaaaa');
      expect(await server.outbox()).toEqual([]);
    }
  });
});
