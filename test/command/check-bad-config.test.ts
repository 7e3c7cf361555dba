import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { relays } from '../../functions/relay/index.ts';
import { haineko } from './haineko.ts';

const FOLDER = fileURLToPath(new URL('../bad-config', import.meta.url));
/** `expected` is written for some mailers, the command knows all of them. */
const ALL_MAILERS = `one of ${relays.map(({ name }) => name).join(', ')}, or a path`;

/** Where each mistake stands. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  'address-as-domain': ['mailertable:1'],
  'arn-of-no-principal': ['password:1'],
  'auth-where-none-is': ['mailertable:3', 'mailertable:7'],
  'credential-with-a-path': ['mailertable:3'],
  'domain-as-recipient': ['recipients:1'],
  'fallback-that-does-not-sign': ['mailertable:4'],
  'fallback-to-nowhere': ['mailertable:3', 'sendermt:3'],
  'hash-for-a-principal': ['password:1'],
  'hostname-with-a-blank': ['haineko.cf:1'],
  'key-for-its-name': ['mailertable:3', 'mailertable:6', 'mailertable:10'],
  'key-of-another-mailer': ['mailertable:3'],
  'key-that-is-a-secret': ['authinfo:1'],
  'list-instead-of-mapping': ['recipients:1'],
  'milter-in-the-wrong-phase': ['haineko.cf:2'],
  'misspelt-key': ['mailertable:3'],
  'name-as-network': ['relayhosts:1'],
  'negative-limit': ['haineko.cf:1'],
  'network-too-long': ['relayhosts:3'],
  'one-domain-twice': ['sendermt:2'],
  'one-role-twice': ['password:2'],
  'password-in-the-clear': ['password:1'],
  'port-in-words': ['mailertable:2'],
  'principal-with-a-password': ['password:2'],
  'starttls-in-words': ['mailertable:2'],
  'tabs-for-indentation': ['mailertable:2'],
  'text-for-a-list': ['mailertable:3', 'mailertable:7'],
  'two-tables-wrong': ['haineko.cf:1', 'recipients:1'],
  'unclosed-list': ['relayhosts:3'],
  'unknown-mailer': ['mailertable:2'],
  'unknown-milter': ['haineko.cf:2'],
  'unknown-setting': ['haineko.cf:1'],
};
let told: readonly string[];

// one process for all of them, as the local relay's: so `expected` is written
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haineko-bad-config-'));
  cpSync(FOLDER, join(folder, 'config'), {
    recursive: true,
    filter: (path) => basename(path) !== 'expected',
  });
  const ended = await haineko(['check', '--local'], { cwd: folder });
  rmSync(folder, { recursive: true });
  expect(ended).toMatchObject({ status: 1, stderr: '' });
  told = ended.stdout.split('\n').filter((line) => !/: (?:warning|note): /.test(line));
});

test.each(readdirSync(FOLDER))('haineko check tells of %s what `expected` says, and its line', (name) => {
  const own = told.filter((line) => line.startsWith(`config/${name}/`));
  const parts = own.map((line) => /^config\/[^/]+\/([^:]+):(\d+):(.*)$/.exec(line) ?? []);
  expect(parts.map(([, table, line]) => `${table}:${line}`)).toEqual(LINES[name]);
  const expected = readFileSync(join(FOLDER, name, 'expected'), 'utf8')
    .replace(/(?<=mailer: expected )one of .*, or a path/, ALL_MAILERS)
    .trimEnd()
    .split('\n');
  expect(parts.map(([, table, , rest = '']) => `${table}: ${rest.trimStart()}`).sort()).toEqual(
    expected.sort(),
  );
});
