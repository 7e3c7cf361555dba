import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { folderFor, RIGHT, writeTables } from './checked.ts';
import { laidStage, STACK } from './laid-stage.ts';

const ROLE = 'arn:aws:iam::123456789012:role/billing';
const HASH = await hashPassword('nyaa nyaa nyaa');
const CAT = { username: 'neko', password: 'nyanko22' };
const NAMES_CAT = {
  ...RIGHT,
  mailertable: 'default:\n  host: smtp.neko.test\n  port: 587\n  starttls: 1\n  auth: Cat\n',
};

/** Runs `haineko check test --aws` over a folder's tables and what lies in SSM. */
async function checkedWith(
  parameters: Readonly<Record<string, unknown>>,
  tables: Readonly<Record<string, string>> = NAMES_CAT,
  args: readonly string[] = [],
) {
  const { ssm, lay, run } = await laidStage();
  lay(parameters);
  const folder = folderFor();
  writeTables(join(folder, 'config/test'), tables);
  const ended = await run(['check', 'test', '--aws', ...args], { cwd: folder });
  expect(ended.stdout + ended.stderr).not.toMatch(/nyanko22|scrypt\}/);
  expect(ssm.complaints).toEqual([]);
  expect(ssm.requests.every(({ action }) => action === 'GetParametersByPath')).toBe(true);
  return { ...ended, lines: ended.stdout.trimEnd().split('\n') };
}

describe('haineko check --aws', () => {
  test('finds nothing where SSM has the credential and the user', async () => {
    const ended = await checkedWith({ stack: STACK, 'authinfo/Cat': CAT, password: { neko: HASH } });
    expect(ended).toMatchObject({
      status: 0,
      stderr: '',
      lines: ['config/test (as deployed): 0 errors, 0 warnings, 0 notes'],
    });
  });

  test('finds an error where neither has them', async () => {
    const ended = await checkedWith({ stack: STACK, 'authinfo/Dog': CAT });
    expect(ended).toMatchObject({ status: 1, stderr: '' });
    expect(ended.lines).toEqual([
      'mailertable:5:default.auth: nothing is ever sent, 451 4.7.0: neither authinfo nor SSM has a credential Cat',
      expect.stringMatching(
        /^relayhosts: every request is refused, 403: it permits no address, and `password` has no/,
      ),
      'config/test (as deployed): 2 errors, 0 warnings, 0 notes',
    ]);
    const required = { ...RIGHT, 'haineko.cf': 'hostname: a.neko.test\nrequire_auth: 1\n' };
    const users = await checkedWith({ stack: STACK, password: {} }, required);
    expect(users.lines[0]).toBe(
      'haineko.cf:2:require_auth: every request is refused, 401: `password` has no user, neither here nor in SSM',
    );
    const json = (await checkedWith({ stack: STACK, password: {} }, required, ['--json'])).json();
    expect(json).toMatchObject({ findings: [{ id: 'no-users-anywhere', line: 2 }], counts: { error: 1 } });
  });

  test('tells of a credential in SSM that does not fit the route, and shows nothing of it', async () => {
    const users = { password: { neko: HASH } };
    const wrong = await checkedWith({
      stack: STACK,
      ...users,
      'authinfo/Cat': { user: 'neko', pass: 'nyanko22' },
    });
    expect(wrong).toMatchObject({ status: 1 });
    expect(wrong.lines[0]).toMatch(
      /^mailertable:5:default\.auth: nothing is ever sent, 451 4\.7\.0: in SSM, authinfo\/Cat: .*expected no such key, got \(hidden\)/,
    );
    const nameless = await checkedWith({ stack: STACK, ...users, 'authinfo/Cat': { password: 'nyanko22' } });
    expect(nameless.lines[0]).toMatch(
      /^mailertable:5:default\.auth: nothing is ever sent: Cat has no username/,
    );
  });

  test('goes by what the stack says: who may call, and who lays the tables', async () => {
    const principal = { ...RIGHT, password: `${ROLE}: {}\n` };
    const iam = { ...STACK, tables: 'stack', authorization: 'iam' };
    expect(await checkedWith({ stack: iam }, principal)).toMatchObject({ status: 0 });
    const none = await checkedWith({ stack: { ...iam, authorization: 'none' } }, principal);
    expect(none.stdout).toMatch(/^password:1: expected no principals of IAM without authorization: 'iam'/m);
    expect((await checkedWith({ stack: iam }, RIGHT)).stdout).toMatch(/^password: nobody may call: /m);
    expect(await checkedWith({ stack: STACK }, principal, ['--iam'])).toMatchObject({ status: 0 });

    const odd = {
      ...RIGHT,
      recipients: 'domainpart: [neko.test]\nrecipients:\n  - \'"{{a}}"@neko.test\'\n',
      password: `neko: '${HASH}'\n`,
    };
    const byStack = await checkedWith({ stack: { ...STACK, tables: 'stack' } }, odd);
    expect(byStack.status).toBe(1);
    expect(byStack.lines).toEqual([
      expect.stringMatching(/^recipients:3:recipients\[0\]: expected no '\{\{', .* got a text with one$/),
      expect.stringMatching(/^password:1: warning: `cdk deploy` refuses a folder with secrets: /),
      'config/test (as deployed): 1 error, 1 warning, 0 notes',
    ]);
    expect(await checkedWith({ stack: STACK }, odd)).toMatchObject({
      status: 0,
      lines: [expect.any(String)],
    });
  });

  test('tells of parameters that cannot be read, by their whole names', async () => {
    const ended = await checkedWith({ stack: 'neko', password: '{ nyanko22', 'authinfo/Cat': CAT });
    expect(ended).toMatchObject({ status: 1, stderr: '' });
    expect(ended.stdout).toContain(
      '/haineko/test/stack: expected JSON, as cdk deploy lays it, got another text\n',
    );
    expect(ended.stdout).toMatch(/^\/haineko\/test\/password: expected YAML or JSON, got a syntax error/m);
  });

  test('says where it has looked where nothing stands', async () => {
    const ended = await checkedWith({}, { ...RIGHT, relayhosts: 'relayhosts: [192.0.2.1]\n' });
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.lines[0]).toMatch(/^\/haineko\/test\/: warning: nothing stands there in ap-northeast-1: /);
  });

  test('asks for each deployed stage below config/, and for no other', async () => {
    const { ssm, lay, run } = await laidStage();
    lay({ stack: STACK, 'authinfo/Cat': CAT, password: { neko: HASH } });
    const folder = folderFor();
    for (const name of ['local', 'test', 'other', 'No_Stage'])
      writeTables(join(folder, 'config', name), { ...NAMES_CAT, authinfo: '' });
    const ended = await run(['check', '--aws'], { cwd: folder });
    expect(new Set(ssm.requests.map(({ input }) => input['Path']))).toEqual(
      new Set(['/haineko/test', '/haineko/other']),
    );
    expect(ended.stdout).toContain('config/other/mailertable:5:default.auth: nothing is ever sent');
    expect(ended.stdout).toContain('\n/haineko/other/: warning: nothing stands there');
    expect(ended.stdout).not.toContain('config/test/');
    expect(ended.status).toBe(1);
  });

  test('says what to do where SSM does not answer, and tells nothing by halves', async () => {
    const { ssm, run } = await laidStage();
    const folder = folderFor();
    writeTables(join(folder, 'config/test'), NAMES_CAT);
    const check = () => run(['check', 'test', '--aws'], { cwd: folder });
    ssm.fail('GetParametersByPath', 'access-denied');
    const denied = await check();
    expect(denied).toMatchObject({ status: 1, stdout: '' });
    expect(denied.stderr).toContain('haineko check: ssm:GetParametersByPath: not permitted');
    ssm.fail('GetParametersByPath', 'reset');
    expect((await check()).stderr).toContain('ssm:GetParametersByPath: no answer from AWS\n');
  });
});
