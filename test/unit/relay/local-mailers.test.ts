import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discard } from '../../../functions/relay/discard.ts';
import { file } from '../../../functions/relay/file.ts';
import { screen } from '../../../functions/relay/screen.ts';
import { deliveryBy, routeTo, wireOf } from '../../dialogue/deliveries.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haineko-'));
});
afterAll(() => rm(folder, { recursive: true }));

const by = (options: Record<string, unknown> = {}) => deliveryBy(routeTo(25, { options }), 'にゃあ\r\n.\r\n');
const octets = Buffer.from('From: neko@example.jp\r\nSubject: Nyaa\r\n\r\nにゃあ\r\n.\r\n');

describe('discard', () => {
  test('send() says 200 Discard', async () => {
    expect(await discard.send(by(), undefined, wireOf())).toEqual({
      code: '200',
      dsn: null,
      error: 0,
      command: 'DATA',
      message: ['Discard'],
      outcome: 'accepted',
      rcpt: 'mi-chan@example.org',
      mailer: 'Discard',
    });
  });
});

describe('screen', () => {
  test('send() prints the mail', async () => {
    const printed: string[] = [];
    const answer = await screen.send(by(), undefined, wireOf({ print: (text) => printed.push(text) }));
    expect(answer).toMatchObject({ code: '200', message: ['OK'], command: 'DATA', outcome: 'accepted' });
    expect(printed).toEqual(['From: neko@example.jp\nSubject: Nyaa\n\nにゃあ\n.\n']);
  });

  test('send() prints control characters as pictures', async () => {
    const printed: string[] = [];
    const delivery = deliveryBy(routeTo(25), 'a\x1b[2J\x07\rb\x7f\r\n');
    await screen.send(delivery, undefined, wireOf({ print: (text) => printed.push(text) }));
    expect(printed[0]).toContain('\n\na␛[2J␇␍b␡\n');
  });
});

describe('file', () => {
  test('send() writes each mail into a file of its own, nothing else', async () => {
    const outbox = join(folder, 'deep', 'outbox');
    const wire = wireOf({ outbox, now: () => Date.UTC(2026, 10, 22, 10, 25, 34) });
    const answers = await Promise.all([1, 2, 3].map(() => file.send(by(), undefined, wire)));
    const paths = answers.map(({ message }) => message[0] ?? '');
    expect(new Set(paths).size).toBe(3);
    for (const [index, path] of paths.entries()) {
      expect(path).toMatch(/outbox\/haineko\.2026-11-22T10-25-34\.6AMAPXi20090NAr8\.[0-9a-f]{16}\.eml$/);
      expect((await readFile(path)).equals(octets)).toBe(true);
      expect((await stat(path)).mode & 0o077).toBe(0);
      expect(answers[index]).toMatchObject({ code: '200', command: 'DATA', dsn: null, outcome: 'accepted' });
      expect(answers[index]?.message[1]).toBe('Successfully saved');
    }
    expect(await readdir(outbox)).toHaveLength(3);
  });

  test("send() writes into the route's directory", async () => {
    const directory = join(folder, 'directory');
    await file.send(by({ directory }), undefined, wireOf());
    expect(await readdir(directory)).toHaveLength(1);
  });

  test('send() lets no queueid lead out of the directory', async () => {
    const delivery = { ...by({ directory: join(folder, 'in') }), queueid: '../../out/x\n' };
    const [path] = (await file.send(delivery, undefined, wireOf())).message;
    expect(path?.startsWith(join(folder, 'in', 'haineko.'))).toBe(true);
  });

  test('send() defers when the disk says no, and tells the log why', async () => {
    const directory = join(folder, 'a-file');
    await writeFile(directory, '');
    expect(await file.send(by({ directory }), undefined, wireOf())).toMatchObject({
      outcome: 'deferred',
      code: '451',
      dsn: '4.3.0',
      command: 'DATA',
      message: ['Cannot write the file'],
      cause: expect.stringContaining('EEXIST'),
    });
  });
});
