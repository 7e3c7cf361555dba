import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checked, folderFor, RIGHT, writeTables } from './checked.ts';
import { haineko } from './haineko.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEFAULT = 'default: { mailer: AmazonSES }\n';
const ROUTE = 'neko.test:\n  host: smtp.neko.test\n';

/** What is wrong, whether deployed or not, the exit status, and the lines that tell it. */
const KINDS: readonly (readonly [
  what: string,
  stage: 'production' | 'local',
  status: 0 | 1,
  tables: Readonly<Record<string, string>>,
  ...lines: (string | RegExp)[],
])[] = [
  [
    'an unknown auth of the local relay',
    'local',
    1,
    {
      mailertable: `${DEFAULT}${ROUTE}  port: 587\n  starttls: 1\n  auth: Cat\n`,
      authinfo: 'Dog: { password: x }\n',
    },
    'mailertable:6:neko.test.auth: nothing is ever sent, 451 4.7.0: authinfo has no credential Cat',
    'authinfo:1:Dog: warning: no route names it: it is never used',
  ],
  [
    'an unknown auth that may be in SSM',
    'production',
    0,
    { mailertable: `${DEFAULT}${ROUTE}  port: 587\n  starttls: 1\n  auth: Cat\n` },
    'mailertable:6:neko.test.auth: note: the parameter authinfo/Cat must be there, or nothing is sent, 451 4.7.0',
  ],
  [
    'an unknown mailer',
    'production',
    1,
    { mailertable: 'default:\n  mailer: Cat\n' },
    /^mailertable:2:default\.mailer: expected one of ESMTP, .*, or a path, got "Cat"$/m,
  ],
  [
    'an unknown fallback',
    'production',
    1,
    { mailertable: 'default:\n  mailer: AmazonSES\n  fallback:\n    - backup\n' },
    'mailertable:4:default.fallback[0]: expected an entry of mailertable, got "backup"',
  ],
  [
    'an unknown milter',
    'production',
    1,
    { 'haineko.cf': 'hostname: a.neko.test\nmilter:\n  mail: [Cat]\n' },
    'haineko.cf:3:milter.mail[0]: expected a milter with a part in mail (Example), got "Cat"',
  ],
  [
    'an open relay',
    'production',
    1,
    { recipients: 'open-relay: 1\n', relayhosts: '# all\nopen-relay: 1\n' },
    'relayhosts:2:open-relay: warning: anybody on the Internet may connect without a password',
    /^recipients:1:open-relay: an open relay: /m,
  ],
  [
    'port 25, on Lambda',
    'production',
    0,
    { mailertable: `${DEFAULT}${ROUTE}  port: 25\n` },
    /^mailertable:4:neko\.test\.port: warning: Lambda cannot reach port 25, /m,
  ],
  [
    'a user whose password stands in the clear',
    'production',
    1,
    { password: '# users\nneko: nyanko22\n' },
    "password:2:neko.password: expected a password entry ('{SSHA}...' or '{scrypt}...'), got (hidden)",
  ],
  [
    'a password that goes in the clear',
    'local',
    0,
    {
      mailertable: `${DEFAULT}${ROUTE}  auth: Cat\n  auth_plaintext: 1\n`,
      authinfo: 'Cat: { username: neko, password: nyanko22 }\n',
    },
    /^mailertable:4:neko\.test\.auth: warning: the password goes in the clear, /m,
  ],
  [
    'what Lambda cannot do',
    'production',
    1,
    {
      mailertable:
        'default:\n  mailer: File\nlocalhost.test:\n  host: 127.0.0.1\nmx.test:\n  mailer: Screen\n',
    },
    /^mailertable:2:default\.mailer: expected a mailer for Lambda \(File is for the local server\), got "File"$/m,
    `mailertable:4:localhost.test.host: expected a host other than Lambda's own loopback, got "127.0.0.1"`,
    /^mailertable:6:mx\.test\.mailer: expected a mailer for Lambda/m,
  ],
  [
    'what Lambda cannot do in time, nor reach',
    'production',
    0,
    { mailertable: `default:\n  mailer: MX\nneko.test:\n  host: 10.1.2.3\n  port: 587\n  timeout: 60\n` },
    /^mailertable:2:default\.mailer: warning: MX goes to port 25, /m,
    'mailertable:4:neko.test.host: warning: Lambda is not in your network: it cannot reach 10.1.2.3',
    /^mailertable:6:neko\.test\.timeout: note: a request ends after 29 seconds/m,
  ],
];

describe('haineko check', () => {
  test.each(KINDS.map(([what, stage, status, tables, ...lines]) => ({ what, stage, status, tables, lines })))(
    'tells of $what',
    async ({ stage, status, tables, lines }) => {
      const ended = await checked(stage, tables);
      expect(ended).toMatchObject({ status, stderr: '' });
      for (const line of lines) {
        if (typeof line === 'string') expect(ended.stdout.split('\n')).toContain(line);
        else expect(ended.stdout).toMatch(line);
      }
      const summary = ended.stdout
        .trimEnd()
        .split('\n')
        .find((line) => line.startsWith('config/'));
      expect(summary).toMatch(/^config\/\w+ \(as \w+\): \d+ errors?, \d+ warnings?, \d+ notes?$/);
      expect(ended.stdout).not.toContain('nyanko22');
    },
  );

  test('checks every folder below config/, each finding with its file', async () => {
    const ended = await haineko(['check'], { cwd: ROOT });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^config\/local\/password:3:haineko: note: \{SSHA\} /),
      expect.stringMatching(/^config\/production\/haineko\.cf:2:hostname: warning: relay\.example\.com /),
      expect.stringMatching(/^config\/production\/recipients:1: note: mail may be sent to nobody/),
      '2 folders (config/local as local, config/production as deployed): 0 errors, 1 warning, 2 notes',
    ]);
    const [, line] = /haineko\.cf:(\d+)/.exec(ended.stdout) ?? [];
    const text = readFileSync(join(ROOT, 'config/production/haineko.cf'), 'utf8');
    expect(text.split('\n')[Number(line) - 1]).toMatch(/^hostname:/);
  });

  test('says as JSON what it says', async () => {
    const tables = { mailertable: 'default:\n  mailer: AmazonSES\n  port: neko\n', sendermt: 'a: [\n' };
    const ended = await checked('production', tables, ['--json']);
    expect(ended.status).toBe(1);
    expect(ended.json()).toEqual({
      folders: [{ stage: 'production', folder: 'config/production', as: 'deployed' }],
      findings: [
        {
          stage: 'production',
          level: 'error',
          id: 'value',
          table: 'mailertable',
          line: 3,
          key: 'default.port',
          expected: 'a whole number from 1 to 65535',
          got: '"neko"',
        },
        expect.objectContaining({ id: 'syntax', table: 'sendermt', key: null, expected: 'YAML or JSON' }),
      ],
      counts: { error: 2, warning: 0, note: 0 },
    });
    const right = await checked('production', { recipients: 'open-relay: 1\n' }, ['--json']);
    expect(right.json()).toMatchObject({
      findings: [
        { level: 'warning', id: 'open-recipients', line: 1, why: expect.stringContaining('anybody') },
      ],
      counts: { error: 0, warning: 1, note: 0 },
    });
  });

  test('ends with 1 for warnings too, with --strict, and not for notes', async () => {
    const open = { recipients: 'open-relay: 1\n' };
    expect(await checked('production', open)).toMatchObject({ status: 0 });
    expect(await checked('production', open, ['--strict'])).toMatchObject({ status: 1, stderr: '' });
    const note = { recipients: 'domainpart: []\n' };
    expect(await checked('production', note, ['--strict'])).toMatchObject({ status: 0 });
    expect((await checked('production', {}, ['--strict'])).stdout).toBe(
      'config/production (as deployed): 0 errors, 0 warnings, 0 notes\n',
    );
  });

  test('reads a folder as local or deployed, by its name or --local; and by --iam', async () => {
    const folder = folderFor();
    const file = { ...RIGHT, mailertable: 'default: { mailer: File }\n' };
    for (const name of ['etc/local', 'etc/neko', 'config/local']) writeTables(join(folder, name), file);
    const status = async (...args: string[]) => (await haineko(['check', ...args], { cwd: folder })).status;
    expect(await status('--config', 'etc/local')).toBe(0);
    expect(await status('--config', join(folder, 'etc/neko'))).toBe(1);
    expect(await status('--config', 'etc/neko', '--local')).toBe(0);
    expect(await status('production', '--config', 'etc/local')).toBe(1);
    expect(await status('local', '--config', 'etc/neko')).toBe(0);
    const required = { 'haineko.cf': 'hostname: a.neko.test\nrequire_auth: 1\n' };
    const iam = await checked('production', required, ['--iam']);
    expect(iam).toMatchObject({ status: 1 });
    expect(iam.stdout).toMatch(/^haineko\.cf:2:require_auth: expected no Basic authentication beside /m);
    expect(iam.stdout).toContain("password: warning: nobody may call: with authorization: 'iam'");
    expect((await checked('production', required)).stdout).toContain('\n--aws reads in SSM whether');
  });

  test('tells of a folder that no stage can be called like, of a hidden one nothing', async () => {
    const folder = folderFor();
    for (const name of ['Neko_old', '.git', 'test']) writeTables(join(folder, 'config', name), RIGHT);
    writeTables(join(folder, 'config'), { 'README.md': '' });
    const ended = await haineko(['check'], { cwd: folder });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^config\/Neko_old: warning: no stage can be called so: expected 1 to 32 of a-z/),
      '2 folders (config/Neko_old as deployed, config/test as deployed): 0 errors, 1 warning, 0 notes',
    ]);
  });

  test.each<[readonly string[], 1 | 2, string]>([
    [
      ['prod'],
      1,
      'config/prod: there is no such folder\nThere are: local. haineko setup --stage prod lays it down.',
    ],
    [
      ['--config', 'nowhere'],
      1,
      'nowhere: there is no such folder\nName the folder of the tables with --config',
    ],
    [['--config', 'config/local/mailertable'], 1, 'config/local/mailertable: is no folder'],
    [['Prod'], 2, '[stage]: expected 1 to 32 of a-z, 0-9 and -, '],
    [['--local', '--aws'], 2, "--local: expected it without --aws, got 'both'"],
    [['local', '--iam'], 2, "--iam: expected a deployed stage, got 'local'"],
    [['--aws'], 2, "--aws: expected a deployed stage, got 'local'"],
    [['--profile', 'neko'], 2, "--profile: expected --aws with it, got 'neko'"],
    [['--aws', '--config', 'config/local'], 2, '[stage]: expected the stage that --aws reads'],
    [['--config', ''], 2, '--config: expected a folder, got nothing'],
    [['a', 'b'], 2, 'too many arguments'],
  ])('refuses %j', async (args, status, why) => {
    const folder = folderFor();
    writeTables(join(folder, 'config/local'), { mailertable: DEFAULT });
    const ended = await haineko(['check', ...args], { cwd: folder });
    expect(ended).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(why) });
  });

  test('says where it has looked where there is no folder at all', async () => {
    const folder = folderFor();
    const run = () => haineko(['check'], { cwd: folder });
    expect((await run()).stderr).toMatch(
      /^haineko check: config: there is no such folder\n.*haineko setup lays/,
    );
    writeTables(join(folder, 'config'), { mailertable: DEFAULT });
    expect((await run()).stderr).toContain(
      'config: has tables, and no folder of a stage\nhaineko check --config',
    );
    const link = folderFor();
    writeTables(join(link, 'config', '.cache'), {});
    expect((await haineko(['check'], { cwd: link })).stderr).toContain('config: has no folder of a stage\n');
  });
});
