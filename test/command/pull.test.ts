import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BY_COMMAND, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

let world: StageWorld;
const table = () => join(world.folder, 'config', 'production', 'recipients');
const NEW = 'domainpart:\n  - example.net\n';

beforeEach(async () => {
  world = await stageWorld(BY_COMMAND);
  world.ssm.put(`${PREFIX}recipients`, '{"domainpart":["example.net"]}');
});
afterEach(() => world.stop());

describe('haineko pull', () => {
  test('writes through a link', async () => {
    const shared = join(world.folder, 'shared');
    mkdirSync(shared);
    renameSync(table(), join(shared, 'recipients'));
    symlinkSync('../../shared/recipients', table());
    expect(await world.run(['pull', 'production', '--yes'])).toMatchObject({ status: 0 });
    expect(lstatSync(table()).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(shared, 'recipients'), 'utf8')).toBe(NEW);
  });

  test('writes the file that a link leads to and that is not there yet', async () => {
    const elsewhere = join(world.folder, 'elsewhere');
    renameSync(table(), join(world.folder, 'old'));
    symlinkSync(elsewhere, table());
    expect(await world.run(['pull', 'production', '--yes'])).toMatchObject({ status: 0 });
    expect(readFileSync(elsewhere, 'utf8')).toBe(NEW);
    expect(lstatSync(table()).isSymbolicLink()).toBe(true);
  });

  test.each([0o600, 0o664])('keeps the mode %o of a file', async (mode) => {
    chmodSync(table(), mode);
    await world.run(['pull', 'production', '--yes']);
    expect(readFileSync(table(), 'utf8')).toBe(NEW);
    expect(statSync(table()).mode & 0o777).toBe(mode);
  });

  test.each([
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere/at/all', path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('tells of a folder that is %s', async (_what, make) => {
    const path = join(world.folder, 'odd');
    make(path);
    const ended = await world.run(['pull', 'production', '--config', 'odd']);
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(path) });
    expect(ended.stderr).not.toContain('defect');
  });

  test("leaves the original's haineko.cf, which says the same", async () => {
    world.ssm.put(`${PREFIX}haineko.cf`, '{"hostname":"relay.example.com"}');
    const text = "smtpd:\n  hostname: 'relay.example.com'\n  system: 'Haineko'\n";
    world.write({ 'haineko.cf': text });
    const ended = await world.run(['pull', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ written: ['recipients'], same: ['haineko.cf'] });
    expect(readFileSync(join(world.folder, 'config/production/haineko.cf'), 'utf8')).toBe(text);
  });
});
