import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTables } from '../../infra/tables/read-tables.ts';
import { haineko } from './haineko.ts';

const TABLES = ['haineko.cf', 'mailertable', 'sendermt', 'relayhosts', 'recipients', 'password', 'authinfo'];
const temporary = () => mkdtempSync(join(tmpdir(), 'haineko-setup-'));
const mode = (path: string) => statSync(path).mode & 0o777;

describe('haineko setup', () => {
  test('lays down the tables of the stage production, which the stack takes as they are', async () => {
    const cwd = temporary();
    const ended = await haineko(['setup'], { cwd });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain('npx cdk deploy ');
    expect(ended.stdout).toContain('haineko check production');
    expect(readdirSync(join(cwd, 'config/production')).sort()).toEqual([...TABLES].sort());
    expect(readTables(join(cwd, 'config/production')).documents.mailertable).toEqual({
      default: { mailer: 'AmazonSES' },
    });
  });

  test("puts the stage's name where production stands", async () => {
    const cwd = temporary();
    const ended = await haineko(['setup', 'relay', '--stage', 'prod-eu'], { cwd });
    const folder = join(cwd, 'relay/config/prod-eu');
    expect(ended.stdout).toContain('npx cdk deploy -c stage=prod-eu');
    expect(ended.stdout).toContain('Then, in the folder relay:');
    const text = TABLES.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    expect(text).toContain('/haineko/prod-eu/authinfo/Smarthost');
    expect(text).not.toMatch(/\bproduction\b/);
  });

  test('takes the bare name of a stage for a slip', async () => {
    const cwd = temporary();
    const ended = await haineko(['setup', 'test'], { cwd });
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('(a stage: --stage test)') });
    expect(readdirSync(cwd)).toEqual([]);
    expect((await haineko(['setup', './test'], { cwd })).status).toBe(0);
  });

  test('lays down tables for the relay on this machine', async () => {
    const cwd = temporary();
    const ended = await haineko(['setup', '-s', 'local'], { cwd });
    expect(ended.stdout).toContain('haineko start --config config/local');
    expect(readFileSync(join(cwd, 'config/local/mailertable'), 'utf8')).toContain("mailer: 'File'");
  });

  test('lets nobody else read what will hold secrets', async () => {
    const cwd = temporary();
    await haineko(['setup'], { cwd });
    const modes = TABLES.filter((name) => (mode(join(cwd, 'config/production', name)) & 0o077) === 0);
    expect(modes).toEqual(expect.arrayContaining(['password', 'authinfo']));
    expect(mode(join(cwd, 'config/production/password'))).toBe(0o600);
  });

  test('leaves what is there as it is, whatever it is, and lays the others', async () => {
    const cwd = temporary();
    const folder = join(cwd, 'config/production');
    mkdirSync(join(folder, 'recipients'), { recursive: true });
    writeFileSync(join(folder, 'mailertable'), 'mine');
    symlinkSync(join(cwd, 'nowhere'), join(folder, 'password'));
    const ended = await haineko(['setup', '--json'], { cwd });
    expect(ended.json()).toEqual({
      stage: 'production',
      folder,
      laid: ['haineko.cf', 'sendermt', 'relayhosts', 'authinfo'],
      left: ['mailertable', 'recipients', 'password'],
    });
    expect(readFileSync(join(folder, 'mailertable'), 'utf8')).toBe('mine');
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual([...TABLES].sort());
  });

  test('changes nothing when it is run again', async () => {
    const cwd = temporary();
    await haineko(['setup'], { cwd });
    const before = statSync(join(cwd, 'config/production/mailertable'));
    const again = await haineko(['setup'], { cwd });
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(again.stdout.match(/left as it is/g)).toHaveLength(TABLES.length);
    expect(again.stdout).not.toContain('To change first');
    const after = statSync(join(cwd, 'config/production/mailertable'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test('lets two at once lay each file once', async () => {
    const cwd = temporary();
    const both = await Promise.all([1, 2].map(() => haineko(['setup', '--json'], { cwd })));
    const laid = both.flatMap((ended) => (ended.json() as { laid: string[] }).laid);
    expect(laid.sort()).toEqual([...TABLES].sort());
    expect(readdirSync(join(cwd, 'config/production')).sort()).toEqual([...TABLES].sort());
  });

  test.each([
    ['a file', 'a-file', 'a-file is no folder'],
    ['below a file', 'a-file/deep', 'is no folder, or lies below a file'],
    ['with a file called config', 'has-config', 'has-config/config is no folder'],
    ['with config leading out of it', 'out', 'config is a symbolic link that leads elsewhere'],
    ['with config leading nowhere', 'dangling', 'config is a symbolic link to nothing'],
    ['with config leading to itself', 'loop', 'is a symbolic link that leads back to itself'],
    ['with too long a name', 'x'.repeat(300), 'is too long a name'],
  ])('says what is wrong with a folder that is %s, and lays nothing', async (_what, dir, why) => {
    const cwd = temporary();
    writeFileSync(join(cwd, 'a-file'), '');
    for (const each of ['has-config', 'out', 'dangling', 'loop', 'elsewhere']) mkdirSync(join(cwd, each));
    writeFileSync(join(cwd, 'has-config/config'), '');
    symlinkSync(join(cwd, 'elsewhere'), join(cwd, 'out/config'));
    symlinkSync(join(cwd, 'missing'), join(cwd, 'dangling/config'));
    symlinkSync('config', join(cwd, 'loop/config'));
    const before = readdirSync(cwd, { recursive: true }).sort();
    const ended = await haineko(['setup', dir], { cwd });
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain(why);
    expect(ended.stderr).toContain('Nothing was laid.');
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(before);
  });

  test('follows a link that stays within the folder', async () => {
    const cwd = temporary();
    mkdirSync(join(cwd, 'tables'));
    symlinkSync('tables', join(cwd, 'config'));
    expect(await haineko(['setup'], { cwd })).toMatchObject({ status: 0 });
    expect(existsSync(join(cwd, 'tables/production/mailertable'))).toBe(true);
  });

  test.each([
    [['setup', '--stage', 'Production'], '--stage: expected 1 to 32 of a-z, 0-9 and -'],
    [['setup', '--stage', '../..'], '--stage: expected 1 to 32 of a-z'],
    [['setup', ''], '[dir]: expected a folder, got nothing'],
    [['setup', '.', 'more'], 'too many arguments'],
  ])('is called wrongly by %j', async (args, why) => {
    const ended = await haineko(args, { cwd: temporary() });
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(why) });
  });
});
