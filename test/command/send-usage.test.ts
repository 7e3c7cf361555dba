import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { haineko } from './haineko.ts';

const KIJITORA = 'kijitora@example.org';
const NEKO = ['--from', 'neko@example.jp', '--to', KIJITORA, '--subject', 'Nyaa'];

const folder = mkdtempSync(join(tmpdir(), 'haineko-send-usage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lay = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);

describe('haineko send refuses', () => {
  const MAIL = [...NEKO, '--body', 'Nyaa'];
  test.each<[string, readonly string[], number, string]>([
    ['no sender', ['--to', KIJITORA, '--body', 'x'], 2, "--from: expected the sender's address, got nothing"],
    ['no recipient', ['--from', 'neko@example.jp', '--body', 'x'], 2, "--to: expected a recipient's address"],
    ['a name beside an address', [...MAIL, '--to', 'Neko <a@example.org>'], 2, '--to: expected an address'],
    ['an empty text', NEKO, 2, '--body: expected the text of the mail, and nothing came on stdin'],
    [
      'two targets',
      [...MAIL, '--url', 'http://127.0.0.1:9', '--stage', 'test'],
      2,
      '--url: expected no --stage',
    ],
    [
      'two uses of stdin',
      [...NEKO, '--user', 'neko', '--password-stdin'],
      2,
      'stdin: expected one use of it',
    ],
    ['two texts', [...MAIL, '--body-file', 'x'], 2, '--body: expected no --body-file beside it'],
    ['a message and a text', ['--eml', 'x', '--body', 'x'], 2, '--eml: expected no --body beside it'],
    ['--strict without a message', [...MAIL, '--strict'], 2, '--strict: expected --eml with it'],
    [
      'a field that no client may give',
      [...MAIL, '--header', 'Bcc: a@example.org'],
      2,
      'header.Bcc: not a field',
    ],
    ['a field twice', [...MAIL, '--header', 'Subject: x'], 2, '--header: expected Subject once'],
    [
      'a field that is none',
      [...MAIL, '--header', 'Nyaa'],
      2,
      "--header: expected a field such as 'Reply-To:",
    ],
    ['a charset that is none', [...MAIL, '--charset', 'EUC-JP'], 2, '--charset: expected UTF-8'],
    ['a name that is none', [...MAIL, '--ehlo', 'neko'], 2, '--ehlo: expected a domain name with a dot'],
    [
      'a file that is not there',
      [...MAIL, '--attach', 'gone.pdf'],
      1,
      '--attach: gone.pdf: there is no such file',
    ],
    ['a type that is none', [...MAIL, '--attach', 'latin1.txt:a b/c'], 2, 'type must be a media type'],
    ['a folder', [...NEKO, '--body-file', '.'], 1, '--body-file: .: it is a folder'],
    ['a text that is not UTF-8', [...NEKO, '--body-file', 'latin1.txt'], 1, 'latin1.txt is not UTF-8'],
    ['a request that is none', ['--json-file', 'latin1.txt'], 2, '--json-file: the body is not UTF-8'],
    [
      'another recipient than the request’s',
      ['--json-file', 'own.json', '--to', KIJITORA],
      2,
      '--json-file: it has `rcpt` itself',
    ],
    [
      'another field than the request’s',
      ['--json-file', 'own.json', '--subject', 'x'],
      2,
      'it has `header.subject` itself',
    ],
    [
      'retries in words',
      [...MAIL, '--retries', 'many'],
      2,
      '--retries: expected a whole number from 0 to 10',
    ],
    ['a user with a colon', [...MAIL, '--user', 'a:b'], 2, '--user: expected a user name without a colon'],
    ['a user and a signature', [...MAIL, '--user', 'a', '--iam'], 2, '--user: expected no --iam beside it'],
    [
      'a URL of another kind',
      [...MAIL, '--url', 'ftp://127.0.0.1/'],
      2,
      '--url: expected an https:// or http:// URL',
    ],
    ['a stage that is none', [...MAIL, '--stage', 'Nyaa!'], 2, '--stage: expected 1 to 32 of a-z'],
  ])('%s', async (_what, args, status, why) => {
    lay('latin1.txt', Buffer.from([0x6e, 0xe9]));
    lay('own.json', '{"mail":"neko@example.jp","to":["a@example.org"],"header":{"Subject":"s"},"body":"x"}');
    const ended = await haineko(['send', ...args], { cwd: folder });
    expect(ended).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(why) });
    expect(ended.stderr).not.toMatch(/\n {4}at /);
  });

  test('a password in a URL, without showing it', async () => {
    const ended = await haineko(['send', ...MAIL, '--url', 'https://neko:nyanko22@relay.example/']);
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('without a user or password') });
    expect(ended.stderr).not.toContain('nyanko22');
  });

  test('to ask for a password where there is no terminal', async () => {
    const ended = await haineko(['send', ...MAIL, '--user', 'neko']);
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('Set HAINEKO_PASSWORD') });
  });

  test.each([
    [['--user', 'neko'], 'the password would go in the clear'],
    [['--iam'], 'the signature would go in the clear'],
  ])('to tell another machine without TLS who sends, with %j', async (who, why) => {
    const ended = await haineko(['send', ...MAIL, ...who, '--url', 'http://192.0.2.1:2794'], {
      env: { HAINEKO_PASSWORD: 'nyanko22' },
    });
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(why) });
  });
});
