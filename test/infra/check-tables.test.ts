import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { checkTables, describeFinding } from '../../infra/tables/check-tables.ts';
import { lookAtTables } from '../../infra/tables/read-tables.ts';
import { TABLES, tablesIn, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();
const DEPLOYED = { deployed: true } as const;
const LOCAL = { deployed: false, machine: 'cat.local' } as const;

/** What is told of a folder of these files, a line each. */
const told = (
  files: Readonly<Record<string, string>>,
  reading: Parameters<typeof checkTables>[1] = DEPLOYED,
) => checkTables(tablesIn(folder, files), reading).map(describeFinding);

const issuesOf = (files: Readonly<Record<string, string>>, reading: Parameters<typeof checkTables>[1]) =>
  lookAtTables(tablesIn(folder, files), reading).issues.map(({ table, path }) => `${table}:${path}`);

describe('checkTables()', () => {
  it('tells table, line and key of all that is wrong, in all tables at once', () => {
    const secret = 'nyanko22';
    expect(
      told({
        'haineko.cf': 'smtpd:\n  max_workers: 0\n',
        mailertable: 'default: { mailer: Cat }\nexample.com:\n  # a port\n  port: neko\n  mailr: MX\n',
        sendermt: 'neko.test: [\n',
        relayhosts: 'relayhosts:\n  - 127.0.0.1\n  - cat\n',
        recipients: 'domainpart: [a.test,\n  "a b"]\n',
        password: `neko: ${secret}\n`,
        authinfo: `# ours\nCat:\n  username: neko\n  passwrd: ${secret}\n`,
        'mailertable.bak': '',
      }),
    ).toEqual([
      expect.stringMatching(/^mailertable\.bak: expected a file named haineko\.cf, /),
      "haineko.cf:1:hostname: expected the server's name, got nothing",
      'haineko.cf:2:max_workers: expected a whole number from 1 to 100, got 0',
      expect.stringMatching(/^mailertable:1:default\.mailer: expected one of ESMTP, .*, got "Cat"$/),
      'mailertable:4:example.com.port: expected a whole number from 1 to 65535, got "neko"',
      expect.stringMatching(/^mailertable:5:example\.com\.mailr: expected a key of mailer ESMTP: /),
      expect.stringMatching(/^sendermt:\d: expected YAML or JSON, got a syntax error at line \d/),
      expect.stringMatching(/^relayhosts:3:relayhosts\[1\]: expected an IPv4 or IPv6 address/),
      'recipients:2:domainpart[1]: expected a domain, got "a b"',
      expect.stringMatching(/^password:1:neko\.password: expected a password entry .*, got \(hidden\)$/),
      'authinfo:2:Cat.(a key): expected no such key, got (hidden)',
    ]);
  });

  it('tells of right tables what somebody should know, at its line', () => {
    expect(
      told({
        ...TABLES,
        mailertable:
          'default:\n  mailer: AmazonSES\nneko.test: { host: a.test,\n  auth: Cat, starttls: 1,\n  port: 25 }\n',
        recipients: '# all\nopen-relay: 1\n',
      }),
    ).toEqual([
      'mailertable:4:neko.test.auth: note: the parameter authinfo/Cat must be there, or nothing is sent, 451 4.7.0',
      expect.stringMatching(/^mailertable:5:neko\.test\.port: warning: Lambda cannot reach port 25/),
      'recipients:2:open-relay: warning: who may connect may send to anybody, in your name',
    ]);
  });

  it('tells of a key that is not there the line of what it should stand in', () => {
    expect(told({ ...TABLES, mailertable: '# none\n', recipients: 'domainpart: [a.test]' })).toEqual([
      'mailertable:1:default: expected a route for mail that no entry matches, got nothing',
    ]);
    expect(told({ 'haineko.cf': TABLES['haineko.cf'], recipients: 'domainpart: [a.test]' })).toEqual([
      'mailertable:default: expected a route for mail that no entry matches, got nothing',
    ]);
  });

  it('takes the tables of this machine: local mailers, its own name, and no file at all', () => {
    expect(
      told({ mailertable: 'default: { mailer: File }\n', recipients: 'domainpart: [a.test]' }, LOCAL),
    ).toEqual([]);
    const look = lookAtTables(tablesIn(folder, {}), LOCAL);
    expect(look.issues).toEqual([]);
    expect(look.tables?.config.hostname).toBe('cat.local');
    expect(told({}, LOCAL).every((line) => line.includes(': note: '))).toBe(true);
  });

  it('finds nothing wrong in the tables of this repository', () => {
    const levels = (stage: string, reading: Parameters<typeof checkTables>[1]) =>
      checkTables(`config/${stage}`, reading).map(({ level, id }) => `${level} ${id}`);
    expect(levels('local', LOCAL)).toEqual(['note ssha']);
    expect(levels('production', DEPLOYED)).toEqual(['warning hostname', 'note no-recipients']);
  });

  it('does not judge by a table that could not be read', () => {
    const sendermt = 'neko.test: { mailer: AmazonSES, fallback: [ses] }\n';
    expect(issuesOf({ ...TABLES, mailertable: 'a: [\n', sendermt }, DEPLOYED)).toEqual(['mailertable:']);
    expect(issuesOf({ ...TABLES, sendermt }, DEPLOYED)).toEqual(['sendermt:neko.test.fallback[0]']);
    expect(issuesOf({ ...TABLES, 'haineko.cf': 'a: [\n' }, DEPLOYED)).toEqual(['haineko.cf:']);
    expect(lookAtTables(tablesIn(folder, { ...TABLES, authinfo: 'a: [\n' }), DEPLOYED)).toMatchObject({
      tables: expect.anything(),
      issues: [{ table: 'authinfo' }],
    });
  });

  it('lets an `optional` folder have no file, or not be there, and checks what is', () => {
    const optional = { ...DEPLOYED, optional: true };
    expect(issuesOf({}, optional)).toEqual([]);
    expect(lookAtTables(join(folder, 'nowhere'), optional)).toMatchObject({ documents: {}, issues: [] });
    const given = { sendermt: 'a.test: { mailer: AmazonSES, fallback: [ses] }\n', password: 'neko: cat\n' };
    expect(issuesOf(given, optional)).toEqual(['password:neko.password']);
    expect(issuesOf({ mailertable: 'a.test: { mailer: AmazonSES }\n' }, optional)).toEqual([
      'mailertable:default',
    ]);
    writeFileSync(join(folder, 'a-file'), '');
    for (const path of ['nowhere', 'a-file']) {
      const look = () => lookAtTables(join(folder, path), path === 'nowhere' ? DEPLOYED : optional);
      expect(look).toThrow(ConfigError);
    }
  });
});

describe('describeFinding()', () => {
  const FOUND = {
    id: 'x',
    level: 'error',
    table: 'mailertable',
    path: 'a.port',
    why: 'expected 1, got 2',
  } as const;

  it.each([
    [{ ...FOUND, line: 12 }, 'mailertable:12:a.port: expected 1, got 2'],
    [FOUND, 'mailertable:a.port: expected 1, got 2'],
    [{ ...FOUND, path: '', line: 1 }, 'mailertable:1: expected 1, got 2'],
    [{ ...FOUND, level: 'warning' as const, line: 3 }, 'mailertable:3:a.port: warning: expected 1, got 2'],
    [{ ...FOUND, level: 'note' as const, path: '' }, 'mailertable: note: expected 1, got 2'],
  ])('writes %j in one line', (finding, line) => {
    expect(describeFinding(finding)).toBe(line);
  });
});
