import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checked, folderFor, RIGHT, writeTables } from './checked.ts';
import { haineko } from './haineko.ts';

const BOMB = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  .concat([...'bcdefghij'].map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[at]}`)}]`))
  .join('\n');

/** What lies in the place of sendermt, and what is told of it. */
const BAD: readonly (readonly [what: string, lay: (path: string) => void, told: string])[] = [
  [
    'a binary file',
    (path) => writeFileSync(path, Buffer.from([0x7f, 0x45, 0xff, 0xfe, 0])),
    'a text in UTF-8, got other octets',
  ],
  [
    'octets that no text has',
    (path) => writeFileSync(path, 'neko.test: \u0000\n'),
    'YAML or JSON, got a syntax error at line 1, column 12',
  ],
  ['a pipe', (path) => void execFileSync('mkfifo', [path]), 'a file, got something else'],
  ['a folder', (path) => mkdirSync(path), 'a file, got something else'],
  ['a link to nothing', (path) => symlinkSync('nowhere', path), 'a file that can be read, got ENOENT'],
  ['a link to itself', (path) => symlinkSync('sendermt', path), 'a file that can be read, got ELOOP'],
  [
    'a file of 50 MB',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 50_000_000);
    },
    'at most 10000000 bytes, got 50000000 bytes',
  ],
  ['a YAML bomb', (path) => writeFileSync(path, BOMB), 'at most 1000000 values, got more of them'],
  [
    'an alias of itself',
    (path) => writeFileSync(path, 'a: &a\n  b: *a\n'),
    'at most 32 levels, got more of them',
  ],
  [
    'a hundred thousand brackets',
    (path) => writeFileSync(path, '['.repeat(100_000)),
    'YAML or JSON, got a syntax error at line 1, column 100',
  ],
];

describe('haineko check, and files that are no tables', () => {
  test.each(BAD.map(([what, lay, told]) => ({ what, lay, told })))(
    'says what $what is',
    async ({ lay, told }) => {
      const folder = folderFor();
      const config = join(folder, 'config/production');
      writeTables(config, { ...RIGHT, recipients: 'domainpart: [neko test]\n' });
      lay(join(config, 'sendermt'));
      const ended = await haineko(['check', 'production'], { cwd: folder });
      expect(ended).toMatchObject({ status: 1, stderr: '' });
      const [first, second, summary] = ended.stdout.split('\n');
      expect(first).toMatch(/^sendermt(?::1)?: expected /);
      expect(first).toContain(`expected ${told}`);
      // one that cannot be read hides no other
      expect(second).toBe('recipients:1:domainpart[0]: expected a domain, got "neko test"');
      expect(summary).toBe('config/production (as deployed): 2 errors, 0 warnings, 0 notes');
    },
  );

  test('shows no line of a secret that cannot be read', async () => {
    const broken = 'Cat:\n  username: neko\n password: *nyanko22\n';
    const ended = await checked('production', { authinfo: broken, password: 'neko: "nyanko22\n' });
    expect(ended).toMatchObject({ status: 1, stderr: '' });
    expect(ended.stdout).toMatch(
      /^authinfo:\d: expected YAML or JSON, got a syntax error at line \d, column \d+$/m,
    );
    expect(ended.stdout).toMatch(
      /^password:\d: expected YAML or JSON, got a syntax error at line \d, column \d+$/m,
    );
    expect(ended.stdout).not.toContain('nyanko22');
  });

  test('shows no secret that stands where none belongs', async () => {
    const key = 'md-aB3dEfGhIjKlMnOpQrStUv';
    const mailertable = `default:\n  mailer: Mandrill\n  auth: ${key}\nneko.test:\n  host: neko:nyanko22@smtp.neko.test\n`;
    const tables = {
      authinfo: 'Cat: { username: neko, password:nyanko22 }\n',
      password: 'neko:nyanko22: x\n',
    };
    const [one, other] = [
      await checked('local', {
        mailertable: mailertable.slice(0, mailertable.indexOf('neko.test')),
        recipients: RIGHT.recipients,
      }),
      await checked('production', { ...tables, mailertable }, ['--json']),
    ];
    expect(one.stdout).toContain('mailertable:3:default.auth: nothing is ever sent');
    expect([one.status, other.status]).toEqual([1, 1]);
    expect(one.stdout + other.stdout).not.toMatch(/nyanko22|md-aB3d/);
  });

  test('tells each finding in one line, and orders nothing of a terminal', async () => {
    const odd = '"neko\\ntest\\u001b[2J": { mailer: AmazonSES }\nneko.test: { host: "a\\u001b]0;x" }\n';
    const ended = await checked('production', { sendermt: odd, 'mailertable~': '' });
    expect(ended).toMatchObject({ status: 1, stderr: '' });
    const lines = ended.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^mailertable~: expected a file named haineko\.cf, /);
    expect(lines.slice(1, 3).every((line) => /^sendermt:\d:neko/.test(line))).toBe(true);
    expect(ended.stdout).not.toContain('\u001b');
  });
});
