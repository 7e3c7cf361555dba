import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { World } from '../../../bin/command.ts';
import { askNewSecret, askSecret, confirm } from '../../../bin/terminal/ask.ts';

/** A terminal: what it shows, whether it echoes by itself, and what a person types once it is asked. */
function terminal(...typed: readonly string[]) {
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    raw: false,
    setRawMode(on: boolean) {
      stdin.raw = on;
      return stdin;
    },
  });
  let shown = '';
  const lines = [...typed];
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    // a question ends so; what is typed before raw mode is on would be echoed by the terminal
    if (chunk.toString().endsWith(': ')) setImmediate(() => stdin.write(lines.shift() ?? '\x04'));
  });
  const world = {
    env: {},
    cwd: '/',
    stdin: stdin as unknown as World['stdin'],
    stdout: new PassThrough(),
    stderr,
    json: false,
    now: () => 0,
  } satisfies World;
  return { world, stdin, shown: () => shown };
}

describe('askSecret()', () => {
  test('gives what was typed, shows nothing of it, and leaves the terminal as it was', async () => {
    const { world, stdin, shown } = terminal('nyaa nyaa\r');
    expect(await askSecret('Password', world)).toBe('nyaa nyaa');
    expect(shown()).toBe('Password: \n');
    expect(stdin.raw).toBe(false);
  });

  test.each([
    ['nyan\x7f\x7faa\r', 'nyaa'],
    ['ね\x7fこ\r', 'こ'],
    ['😺\x7fx\r', 'x'],
    ['a\x1b[Ab\x1b[3~c\x1bOPd\n', 'abcd'],
    ['pasted line\nand another\n', 'pasted line'],
  ])('reads %j as %j', async (typed, read) => {
    expect(await askSecret('Password', terminal(typed).world)).toBe(read);
  });

  test.each(['\x03', 'nya\x03', '\x04'])('ends at %j, and leaves the terminal as it was', async (typed) => {
    const { world, stdin } = terminal(typed);
    await expect(askSecret('Password', world)).rejects.toMatchObject({ message: 'interrupted', status: 1 });
    expect(stdin.raw).toBe(false);
  });

  test('takes no empty line for a secret', async () => {
    await expect(askSecret('Password', terminal('\r').world)).rejects.toThrow('nothing was typed');
  });
});

describe('askNewSecret()', () => {
  test('asks twice, and takes what is the same', async () => {
    const { world, shown } = terminal('nyaa\r', 'nyaa\r');
    expect(await askNewSecret('Password', world)).toBe('nyaa');
    expect(shown()).toBe('Password: \nPassword, again: \n');
  });

  test('refuses a slip', async () => {
    await expect(askNewSecret('Password', terminal('nyaa\r', 'nyan\r').world)).rejects.toThrow(
      'not the same',
    );
  });
});

describe('confirm()', () => {
  test.each([
    ['yes\r', true],
    ['YES\r', true],
    ['y\r', false],
    ['\r', false],
    ['no\r', false],
  ])('takes %j for %s', async (typed, meant) => {
    const { world, shown } = terminal(typed);
    expect(await confirm('Lay this?', '--yes', world)).toBe(meant);
    expect(shown()).toContain('Lay this? (yes/no): ');
  });

  test('takes nothing that was typed before the question', async () => {
    const { world, stdin, shown } = terminal('no\r');
    stdin.write('yes\r');
    expect(await confirm('Lay this?', '--yes', world)).toBe(false);
    expect(shown()).toBe('Lay this? (yes/no): no\n');
  });

  test('asks nothing of a terminal that is gone', async () => {
    const { world, stdin } = terminal();
    stdin.end();
    await expect(confirm('Lay this?', '--yes', world)).rejects.toThrow('interrupted');
    expect(stdin.raw).toBe(false);
  });

  test('shows a question, and what is typed, without what steers a terminal', async () => {
    const { world, shown } = terminal('n\u202eo\r');
    await confirm('Lay \x1b[2Jthis?', '--yes', world);
    expect(shown()).toBe('Lay  [2Jthis? (yes/no): n o\n');
  });
});
