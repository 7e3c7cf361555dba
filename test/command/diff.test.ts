import { afterEach, describe, expect, test } from 'vitest';
import { BY_COMMAND, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

const HASH = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const SCRYPT = '{scrypt}16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
let world: StageWorld;
afterEach(() => world.stop());

describe('haineko diff', () => {
  test('shows of a user senders and admin alone', async () => {
    world = await stageWorld(BY_COMMAND);
    world.write({ password: `tora:\n  password: '${HASH}'\n  senders: [example.com]\n` });
    const standing = { tora: { password: HASH, passwd: 'SECRET1', admin: 1 } };
    world.ssm.put(`${PREFIX}password`, JSON.stringify(standing), 'SecureString');
    const { stdout } = await world.run(['diff', 'production']);
    expect(stdout).toContain('- tora.(a key): (hidden)');
    expect(stdout).toContain('+ tora.senders: ["example.com"]');
    expect(stdout).toContain('- tora.admin: 1');
    expect(stdout).not.toMatch(/SECRET1|passwd/);
  });

  test('shows no hash that stands where a name should', async () => {
    world = await stageWorld(BY_COMMAND);
    world.write({ password: `tora: '${HASH}'\n` });
    const keys = [HASH, SCRYPT, '$2y$10$abcdefghijklmnopqrstuv', HASH.slice(6), 'mike', 'a.user@example.com'];
    const arn = 'arn:aws:iam::123456789012:role/billing';
    const standing = Object.fromEntries([...keys, arn, 'tora'].map((key) => [key, HASH]));
    world.ssm.put(`${PREFIX}password`, JSON.stringify(standing), 'SecureString');
    const { stdout } = await world.run(['diff', 'production', '--json']);
    const [{ lines }] = JSON.parse(stdout).differences.filter(
      ({ name }: { name: string }) => name === 'password',
    );
    expect(lines).toEqual([...Array(4).fill('- (a key)'), '- mike', '- a.user@example.com', `- ${arn}`]);
  });

  test("ends with 0 once the original's haineko.cf is laid, and shows nothing that is laid nowhere", async () => {
    world = await stageWorld(BY_COMMAND);
    world.write({
      'haineko.cf': "smtpd:\n  hostname: relay.example.com\n  system: 'NYAA'\n  milter:\n    libs: []\n",
    });
    const before = await world.run(['diff', 'production']);
    expect(before).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('+ hostname: "relay.example.com"'),
    });
    expect(before.stdout).not.toMatch(/NYAA|smtpd/);
    await world.run(['push', 'production', '--yes']);
    expect(await world.run(['diff', 'production'])).toMatchObject({ status: 0 });
  });
});
