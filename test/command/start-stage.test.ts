import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../server/process.ts';
import { BY_COMMAND, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

const HASH = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const MAIL =
  '{ ehlo: "[127.0.0.1]", mail: "neko@example.jp", rcpt: ["kijitora@example.net"], header: { subject: "Nyaa" }, body: "Nyaa" }';
const START = ['start', '--port', '0', '--stage', 'production', '--read-only-aws'];

let world: StageWorld;
beforeEach(async () => {
  world = await stageWorld(BY_COMMAND);
  world.ssm.put(`${PREFIX}haineko.cf`, '{"hostname":"relay.example.com"}');
  world.ssm.put(`${PREFIX}mailertable`, '{"default":{"mailer":"AmazonSES"}}');
  world.ssm.put(`${PREFIX}recipients`, '{"domainpart":["example.org"]}');
  world.ssm.put(`${PREFIX}password`, JSON.stringify({ kijitora: HASH }), 'SecureString');
});
afterEach(() => world.stop());

describe('haineko start --stage', () => {
  test("answers by a deployed stage's tables, and reads nothing but them", async () => {
    const answers: { status: number; json: Record<string, unknown> }[] = [];
    let asked = false;
    const ended = await world.run(START, {
      watch: (written, kill) => {
        const [, url] = /listens on (\S+)/.exec(written) ?? [];
        if (asked || url === undefined) return;
        asked = true;
        const authorization = `Basic ${Buffer.from('kijitora:kijitora').toString('base64')}`;
        void (async () => {
          answers.push(await ask(new URL(url), '/submit', MAIL));
          answers.push(await ask(new URL(url), '/submit', MAIL, { authorization }));
          kill('SIGINT');
        })();
      },
    });
    expect(ended).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('stage production in AWS (read only)'),
    });
    // by the stage's users and recipients, not by the package's local ones
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(answers[1]?.json['smtp.response']).toMatchObject({
      message: ['Recipient address is not permitted'],
    });
    expect(new Set(world.ssm.requests.map(({ action }) => action))).toEqual(new Set(['GetParameters']));
  });

  test.each([
    [['start', '--stage', 'production'], '--stage: expected --read-only-aws with it'],
    [[...START, '--config', 'x'], '--config: expected no folder beside --stage'],
    [['start', '--port', '0', '--read-only-aws'], '--read-only-aws: expected --stage with it'],
  ])('is called wrongly by %j', async (args, why) => {
    expect(await world.run(args)).toMatchObject({ status: 2, stderr: expect.stringContaining(why) });
  });

  test('says at once that the tables cannot be read', async () => {
    world.ssm.fail('GetParameters', 'access-denied');
    const ended = await world.run(START);
    expect(ended).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('needs ssm:GetParameters'),
    });
  });

  test('--json makes lines of JSON of the log, the first with the URL', async () => {
    const args = ['start', '--port', '0', '--json', '--config', 'config/production'];
    const ended = await world.run(args, {
      watch: (written, kill) => void (written.includes('listening') && kill('SIGTERM')),
    });
    expect(ended.status).toBe(0);
    const lines = ended.stdout.split('\n').filter(Boolean);
    expect(lines.map((line) => JSON.parse(line))[0]).toMatchObject({
      message: 'listening',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
  });
});
