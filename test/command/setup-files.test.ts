import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileTrouble } from '../../bin/setup/file-trouble.ts';
import { layFiles } from '../../bin/setup/lay-files.ts';

const FILES = [
  { name: 'mailertable', text: 'default:\n', secret: false },
  { name: 'recipients', text: 'open-relay: 0\n', secret: false },
  { name: 'password', text: '# users\n', secret: true },
];
const temporary = () => mkdtempSync(join(tmpdir(), 'haineko-lay-'));
const failure = (code: string) => Object.assign(new Error(code), { code });

describe('layFiles()', () => {
  test('never takes the place of a file that somebody lays at the same moment', async () => {
    const folder = temporary();
    const name: typeof link = async (from, to) => {
      if (String(to).endsWith('recipients')) writeFileSync(to as string, 'mine');
      return link(from, to);
    };
    expect(await layFiles(folder, FILES, { name })).toEqual({
      laid: ['mailertable', 'password'],
      left: ['recipients'],
    });
    expect(readFileSync(join(folder, 'recipients'), 'utf8')).toBe('mine');
  });

  test('copies where the file system has no links, and overwrites as little', async () => {
    const folder = temporary();
    writeFileSync(join(folder, 'recipients'), 'mine');
    const name = () => Promise.reject(failure('EPERM'));
    expect(await layFiles(folder, FILES, { name })).toEqual({
      laid: ['mailertable', 'password'],
      left: ['recipients'],
    });
    expect(readFileSync(join(folder, 'recipients'), 'utf8')).toBe('mine');
    expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test('says what was laid when the disk is full in between, and leaves no other file', async () => {
    const folder = temporary();
    const name: typeof link = async (from, to) => {
      if (String(to).endsWith('recipients')) throw failure('ENOSPC');
      return link(from, to);
    };
    await expect(layFiles(folder, FILES, { name })).rejects.toMatchObject({
      message: `no room on the disk for ${join(folder, 'recipients')}`,
      hint: 'Laid by now: mailertable. The others are not. Make room, and run the command again.',
    });
    expect(readdirSync(folder)).toEqual(['mailertable']);
  });

  test('lays nothing when it is interrupted', async () => {
    const folder = temporary();
    let looks = 0;
    const interrupted = () => ++looks > 1;
    await expect(layFiles(folder, FILES, { interrupted })).rejects.toMatchObject({
      message: 'interrupted',
      hint: 'Nothing was laid.',
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('fileTrouble()', () => {
  test.each([
    ['EACCES', 'no permission to write here'],
    ['EPERM', 'no permission to write here'],
    ['EROFS', 'here is on a file system that is read only'],
    ['ENOSPC', 'no room on the disk for here'],
    ['EDQUOT', 'no room on the disk for here'],
    ['EIO', 'cannot write here: EIO'],
  ])('%s is told as: %s', (code, message) => {
    expect(fileTrouble(failure(code), 'here')).toMatchObject({ message, status: 1 });
  });
});
