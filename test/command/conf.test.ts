import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { laidStage, STACK } from './laid-stage.ts';

const HASH = await hashPassword('nyaa nyaa nyaa');
const TABLES = {
  'haineko.cf': { hostname: 'relay.example.jp' },
  mailertable: {
    default: { host: 'smtp.example.jp', port: 587, auth: 'Smarthost' },
    'example.org': { mailer: 'SendGrid', auth: 'Grid', disabled: 1 },
  },
  sendermt: {},
  relayhosts: { relayhosts: ['192.0.2.0/24'] },
  recipients: { domainpart: ['example.jp'], recipients: ['neko@example.org'] },
  password: { kijitora: HASH, mikeneko: { password: HASH, senders: ['example.jp'], admin: 1 } },
  'authinfo/Smarthost': { username: 'kijitora@example.jp', password: 'nyanko22' },
  'authinfo/Grid': { password: 'SG.secret-key' },
  stack: STACK,
  push: { label: 'push-3', state: 'done', at: '2026-11-22T12:00:00.000Z', by: 'neko@home', pushes: [] },
};

describe('haineko conf', () => {
  test('tells what is in force, and no secret', async () => {
    const { lay, run, ssm } = await laidStage();
    lay(TABLES);
    lay({ mailertable: TABLES.mailertable });
    const ended = await run(['conf', 'test']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain(`Stage test in ap-northeast-1: ${STACK.url}\n`);
    expect(ended.stdout).toMatch(/push +push-3, done, 2026-11-22 12:00:00Z, by neko@home\n/);
    expect(ended.stdout).toMatch(/mailertable +2 +20\S+ \S+Z +String +command +2 entries\n/);
    expect(ended.stdout).toMatch(/recipients +1 .* 2 entries\n/);
    expect(ended.stdout).toMatch(
      /Smarthost +1 +\S+ \S+ +SecureString +password +k\*{4}@example\.jp +mailertable: default\.auth\n/,
    );
    expect(ended.stdout).toMatch(/Grid .* mailertable: example\.org\.auth \(disabled\)\n/);
    const tables = load(ended.stdout.slice(ended.stdout.indexOf('# password')));
    expect(tables).toEqual({
      kijitora: '****',
      mikeneko: { password: '****', senders: ['example.jp'], admin: 1 },
    });
    expect(ended.stdout).toContain('max_workers: 4');
    expect(ended.stdout).not.toMatch(/nyanko22|SG\.secret|scrypt|kijitora@/);
    expect(ssm.requests.map(({ action }) => action)).toEqual(ssm.requests.map(() => 'GetParametersByPath'));
    expect(ssm.complaints).toEqual([]);
  });

  test('tells the same as JSON', async () => {
    const { lay, run } = await laidStage();
    lay({ ...TABLES, stack: { ...STACK, tables: 'stack' } });
    const ended = await run(['conf', 'test', '--json']);
    expect(ended.json()).toMatchObject({
      stage: 'test',
      region: 'ap-northeast-1',
      prefix: '/haineko/test/',
      stack: { tables: 'stack', url: STACK.url },
      push: { label: 'push-3', state: 'done', at: '2026-11-22T12:00:00.000Z', by: 'neko@home' },
      credentials: [
        {
          name: 'Grid',
          kind: 'password',
          username: null,
          namedBy: ['mailertable: example.org.auth (disabled)'],
        },
        {
          name: 'Smarthost',
          kind: 'password',
          username: 'k****@example.jp',
          version: 1,
          type: 'SecureString',
        },
      ],
      leftShards: 0,
      strangers: [],
      wrong: [],
    });
    const { documents } = ended.json() as { documents: { name: string; owner: string; content: unknown }[] };
    expect(documents.map(({ name, owner }) => [name, owner])).toEqual([
      ['haineko.cf', 'stack'],
      ['mailertable', 'stack'],
      ['sendermt', 'stack'],
      ['relayhosts', 'stack'],
      ['recipients', 'stack'],
      ['password', 'command'],
    ]);
    expect(documents[1]?.content).toEqual(TABLES.mailertable);
    expect(ended.stdout).not.toMatch(/nyanko22|SG\.secret|scrypt/);
  });

  test('sums up a table in shards, and has all of it as JSON', async () => {
    const { lay, run } = await laidStage();
    const domainpart = Array.from({ length: 900 }, (_, at) => `cat-${at}.example.jp`);
    const pieces = cutIntoShards('recipients', { 'open-relay': 0, domainpart });
    lay({ ...TABLES, ...Object.fromEntries(pieces.map(({ name, value }) => [name, value])) });
    lay({ 'recipients/12': {}, 'mailertable/03': {} });
    const [people, json] = await Promise.all([run(['conf', 'test']), run(['conf', 'test', '--json'])]);
    expect(people.status).toBe(0);
    expect(people.stdout).toMatch(new RegExp(`recipients .* 900 entries in ${pieces.length - 1} shards\\n`));
    expect(people.stdout).toContain('2 shards of tables before lie there too');
    expect(people.stdout).not.toContain('cat-7.example.jp');
    const { documents } = json.json() as {
      documents: { name: string; shards: number; content: { domainpart: string[] } }[];
    };
    const recipients = documents.find(({ name }) => name === 'recipients');
    expect(recipients).toMatchObject({ shards: pieces.length - 1, entries: 900 });
    expect(recipients?.content.domainpart.toSorted()).toEqual(domainpart.toSorted());
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'a wrong value',
      { mailertable: { default: { port: 'neko' } } },
      'mailertable: default.port: expected a whole number from 1 to 65535, got "neko"',
    ],
    [
      'a syntax error',
      { relayhosts: 'relayhosts: [' },
      'relayhosts: expected YAML or JSON, got a syntax error',
    ],
    [
      'an absent table',
      { mailertable: undefined },
      'mailertable: default: expected a route for mail that no entry matches, got nothing',
    ],
    [
      'a missing shard',
      { sendermt: { shards: 2, from: 512 } },
      'sendermt/512: expected a shard of sendermt, got nothing',
    ],
    ['a wrong credential', { 'authinfo/Smarthost': { pass: 'nyanko22' } }, 'authinfo/Smarthost: '],
    [
      'a credential that is not there',
      { 'authinfo/Smarthost': undefined },
      'mailertable: default.auth: no credential Smarthost: what goes this way is deferred (haineko rotate test Smarthost --new makes it)',
    ],
    [
      'a password in the clear',
      { password: { kijitora: 'nyanko22' } },
      'password: kijitora.password: expected a password entry',
    ],
    ['what the stack says of itself', { stack: { tables: 'both' } }, 'stack: not what'],
    ['a push that was broken off', { push: { ...TABLES.push, state: 'writing' } }, 'push-3: not done: '],
  ])('ends with 1 and says what is wrong: %s', async (_what, changed, why) => {
    const { lay, run } = await laidStage();
    lay(
      Object.fromEntries(
        Object.entries({ ...TABLES, ...changed }).filter(([, value]) => value !== undefined),
      ),
    );
    const ended = await run(['conf', 'test']);
    expect(ended).toMatchObject({ status: 1, stderr: '' });
    expect(ended.stdout).toContain(`\nWrong:\n  ${why}`);
    expect(ended.stdout.slice(ended.stdout.indexOf('Wrong:')).split('\n\n')[0]?.split('\n')).toHaveLength(2);
    expect(ended.stdout).not.toMatch(/nyanko22|scrypt\}\d/);
    const json = (await run(['conf', 'test', '--json'])).json();
    expect(json).toMatchObject({ wrong: [expect.stringContaining(why)] });
  });

  test('names what no relay reads, and shows it on no terminal as an order', async () => {
    const { lay, run } = await laidStage();
    lay({ ...TABLES, sendermt: '# \u001b[2J\nexample.jp:\n  mailer: AmazonSES\n', Stray: 'x' });
    const ended = await run(['conf', 'test']);
    expect(ended.stdout).toContain('Names that no relay reads: Stray\n');
    expect(ended.stdout).not.toContain('\u001b');
    expect(ended.status).toBe(0);
  });

  test('says where it has looked where nothing is', async () => {
    const { run } = await laidStage();
    const ended = await run(['conf', 'tset']);
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain(
      'nothing stands under /haineko/tset/ in ap-northeast-1\nIs it the right stage, account and region',
    );
  });

  test('shows no half of a stage where AWS breaks off in between', async () => {
    const { lay, run, ssm } = await laidStage();
    lay({ ...TABLES, ...Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`authinfo/C${at}`, {}])) });
    ssm.failAfter('GetParametersByPath', 1, 'reset');
    const ended = await run(['conf', 'test']);
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain('ssm:GetParametersByPath: no answer from AWS\nIs there a network');
  });
});
