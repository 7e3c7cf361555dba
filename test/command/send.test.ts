import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { haineko } from './haineko.ts';
import { type Peer, type Step, said, startPeer } from './send-peer.ts';

const KIJITORA = 'kijitora@example.org';
const NEKO = ['--from', 'neko@example.jp', '--to', KIJITORA, '--subject', 'Nyaa'];
const TAKEN = said(200, [[KIJITORA, 'accepted', '250', 'Ok: queued as 1']]);

const folder = mkdtempSync(join(tmpdir(), 'haineko-send-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lay = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text);
  return name;
};
const dryRun = (args: readonly string[], stdin: string | Buffer = '') =>
  haineko(['send', '--dry-run', ...args], { cwd: folder, stdin });

let peer: Peer | undefined;
afterEach(() => peer?.stop());
async function posted(step: Step, args: readonly string[], call: Parameters<typeof haineko>[1] = {}) {
  peer = await startPeer([step]);
  const ended = await haineko(['send', '--url', peer.url, '--retries', '0', ...args], {
    cwd: folder,
    stdin: 'Nyaa\n',
    ...call,
  });
  return { ...ended, seen: peer.seen };
}

describe('haineko send --dry-run', () => {
  test('prints what would be posted, of options, files and stdin', async () => {
    lay('page.html', '\ufeff<p>Nyaa</p>');
    lay('chart.bin', Buffer.from([1, 2, 3]));
    lay('a:b.txt', 'colon');
    const args = [
      ...[...NEKO, '--to', 'mike@example.org', '--ehlo', 'client.example.jp', '--charset', 'iso-2022-jp'],
      ...['--header', 'Reply-To: "Neko, the cat" <neko@example.jp>', 'X-Nyaa:', '--html-file', 'page.html'],
      ...['--attach', 'chart.bin:image/png', 'a:b.txt', '--body-file', '-'],
    ];
    const ended = await dryRun(args, 'メールの本文です。\n');
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.json()).toEqual({
      ehlo: 'client.example.jp',
      mail: 'neko@example.jp',
      rcpt: [KIJITORA, 'mike@example.org'],
      header: {
        subject: 'Nyaa',
        charset: 'ISO-2022-JP',
        'Reply-To': '"Neko, the cat" <neko@example.jp>',
        'X-Nyaa': '',
      },
      body: 'メールの本文です。\n',
      html: '<p>Nyaa</p>',
      attachments: [
        { filename: 'chart.bin', type: 'image/png', content: 'AQID' },
        { filename: 'a:b.txt', content: 'Y29sb24=' },
      ],
    });
  });

  test('shows those in Cc, and with them To, and makes A-labels of a domain', async () => {
    const ended = await dryRun([...NEKO, '--cc', 'tama@例え.jp', '--body', 'Nyaa']);
    expect(ended.json()).toMatchObject({
      ehlo: expect.stringMatching(/^\[127\.0\.0\.1\]$|\./),
      rcpt: [KIJITORA, 'tama@xn--r8jz45g.jp'],
      header: { subject: 'Nyaa', to: KIJITORA, cc: 'tama@xn--r8jz45g.jp' },
    });
  });

  test('posts a whole request as it is, with what it lacks from options', async () => {
    lay(
      'mail.json',
      '{ send: "neko@example.jp", recv: "a@example.org", body: "x", header: { subject: "s", __proto__: "p" }, nyaa: 1 }',
    );
    const ended = await dryRun(['--json-file', 'mail.json', '--header', 'X-A: 1', '--ehlo', '[192.0.2.1]']);
    expect(ended.json()).toEqual({
      send: 'neko@example.jp',
      recv: 'a@example.org',
      body: 'x',
      header: { subject: 's', ['__proto__']: 'p', 'X-A': '1' },
      nyaa: 1,
      ehlo: '[192.0.2.1]',
    });
    const again = await dryRun(['--json-file', '-', '--json'], ended.stdout);
    expect(again.json()).toEqual(ended.json());
  });

  test('writes what would steer a terminal in the way of JSON', async () => {
    const ended = await dryRun([...NEKO, '--body', 'a\x9b31m\u202eb\x1b[2J']);
    expect(ended.stdout).not.toMatch(/[\x1b\x9b\u202e]/);
    expect(ended.json()).toMatchObject({ body: 'a\x9b31m\u202eb\x1b[2J' });
  });
});

describe('haineko send', () => {
  test('posts to /submit of a URL, with a password that no option holds', async () => {
    const authorization = `Basic ${Buffer.from('neko:にゃー:22').toString('base64')}`;
    const by = { env: { HAINEKO_PASSWORD: 'にゃー:22' } };
    const { status, seen } = await posted(TAKEN, [...NEKO, '--user', 'neko'], by);
    expect(status).toBe(0);
    expect(seen).toMatchObject([
      { method: 'POST', path: '/submit', headers: { authorization, 'user-agent': 'haineko/1.0.0' } },
    ]);
    expect(JSON.parse(seen[0]?.body.toString() ?? '')).toMatchObject({ rcpt: [KIJITORA], body: 'Nyaa\n' });
    await peer?.stop();
    const piped = [...NEKO, '--body', 'x', '--user', 'neko', '--password-stdin'];
    const again = await posted(TAKEN, piped, { stdin: 'にゃー:22\n' });
    expect(again.seen).toMatchObject([{ headers: { authorization } }]);
  });

  test('takes the URL of HAINEKO_URL, with a path and /submit of its own', async () => {
    peer = await startPeer([TAKEN]);
    const env = { HAINEKO_URL: `${peer.url}/mail/submit/` };
    expect(await haineko(['send', ...NEKO], { stdin: 'Nyaa', env })).toMatchObject({ status: 0, stderr: '' });
    expect(peer.seen).toMatchObject([{ path: '/mail/submit' }]);
    expect(peer.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('tells what became of each recipient, and the worst by its exit status', async () => {
    const rcpt = ['--to', 'mike@example.org', 'tama@example.org'];
    const step = said(207, [
      [KIJITORA, 'accepted', '250', 'Ok: queued as 1'],
      ['mike@example.org', 'deferred', '451', 'later'],
      ['tama@example.org', 'unknown', '421', 'lost'],
    ]);
    const ended = await posted(step, [...NEKO, ...rcpt]);
    expect(ended).toMatchObject({ status: 4, stderr: '' });
    expect(ended.stdout.split('\n')).toEqual([
      'accepted  kijitora@example.org  ESMTP  250 2.0.0  Ok: queued as 1',
      'deferred  mike@example.org      ESMTP  451 4.0.0  later',
      'unknown   tama@example.org      ESMTP  421 4.0.0  lost',
      'queueid q9AMDfMJeEMaAm3b',
      "unknown: it may have been sent to tama@example.org; do not send it again before you know (the relay's log, by the queueid or the time)",
      '',
    ]);
  });

  test('tells mailboxes apart as the relay does, and knows one by another spelling', async () => {
    const step = said(207, [
      ['Neko@example.org', 'deferred', '451', 'later'],
      ['neko@example.org', 'accepted', '250', 'taken'],
      ['tama@example.org', 'accepted', '250', 'taken'],
    ]);
    const to = ['--to', 'Neko@Example.org', 'neko@example.org', '"tama"@example.org', 'tama@example.org'];
    const ended = await posted(step, ['--from', 'neko@example.jp', ...to, '--json']);
    expect(ended.json()).toMatchObject({
      recipients: [
        { rcpt: 'Neko@example.org', outcome: 'deferred' },
        { rcpt: 'neko@example.org', outcome: 'accepted' },
        { rcpt: '"tama"@example.org', outcome: 'accepted' },
      ],
    });
  });

  test.each<[string, Step, number, string]>([
    ['queued', said(202, [[KIJITORA, 'queued', '250']]), 0, 'queued: the relay holds it'],
    [
      'rejected',
      said(422, [[KIJITORA, 'rejected', '550']]),
      1,
      'rejected: it was not sent, and will not be as it is',
    ],
    ['refused as a whole', said(400, [[null, 'rejected', '501']]), 1, 'rejected  kijitora@example.org'],
    [
      'deferred',
      said(503, [[KIJITORA, 'deferred', '451']]),
      3,
      'deferred: it was not sent; send it again, later',
    ],
    ['unknown', said(409, [[KIJITORA, 'unknown', '421']]), 4, 'unknown: it may have been sent'],
  ])('ends with the status of the outcome: %s', async (_outcome, step, status, text) => {
    expect(await posted(step, NEKO)).toMatchObject({ status, stdout: expect.stringContaining(text) });
  });

  test.each<[string, object, number, string]>([
    ['accepted', { code: '250', error: 0, command: 'QUIT' }, 0, 'accepted'],
    ['deferred by a server', { code: '450', error: 1, command: 'RCPT' }, 3, 'deferred'],
    ['rejected by a server', { code: '550', error: 1, command: 'RCPT' }, 1, 'rejected'],
    ['its own 421 after DATA', { code: 421, error: 1, command: 'DATA' }, 4, 'unknown'],
  ])('understands the format of 0.2.17: %s', async (_what, reply, status, outcome) => {
    const response = [{ rcpt: KIJITORA, message: ['nyaa'], dsn: null, mailer: 'ESMTP', ...reply }];
    const ended = await posted({ status: 200, body: { queueid: 'q', response } }, [...NEKO, '--json']);
    expect(ended.status).toBe(status);
    expect(ended.json()).toMatchObject({ status: 200, outcome, recipients: [{ rcpt: KIJITORA, outcome }] });
  });

  test('understands a refusal in the format of 0.2.17', async () => {
    const response = [{ code: 553, error: 1, command: 'RCPT', message: ['no'], dsn: '5.7.1' }];
    expect(await posted({ status: 400, body: { queueid: 'q', response } }, NEKO)).toMatchObject({
      status: 1,
    });
    await peer?.stop();
    expect(await posted({ status: 401, body: response[0] }, NEKO)).toMatchObject({ status: 1 });
  });

  test('never lets an answer steer the terminal', async () => {
    const evil = '\x1b]0;nyaa\x07\x9b2J\u202e\r\nqueueid forged';
    const step = said(200, [
      [KIJITORA, 'accepted', '250', evil],
      [`x${evil}@example.org`, 'accepted', '250', evil.repeat(10_000)],
    ]);
    const ended = await posted(step, NEKO);
    expect(ended.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(ended.stdout).not.toMatch(/^queueid forged/m);
    expect(ended.stdout.length).toBeLessThan(3000);
  });

  test('reads an answer of 4 MB, and tells --json all of it', async () => {
    const step = said(200, [[KIJITORA, 'accepted', '250', 'x'.repeat(2_000_000)]]);
    const ended = await posted(step, [...NEKO, '--json']);
    expect(ended.json()).toMatchObject({
      status: 200,
      outcome: 'accepted',
      answer: { 'smtp.queueid': 'q9AMDfMJeEMaAm3b' },
      attempts: [{ rcpt: [KIJITORA], status: 200, queueid: 'q9AMDfMJeEMaAm3b' }],
    });
  });
});
