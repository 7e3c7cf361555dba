import { afterEach, describe, expect, test } from 'vitest';
import { haineko } from './haineko.ts';
import { type Peer, type Step, said, startPeer } from './send-peer.ts';

const KIJITORA = 'kijitora@example.org';
const NEKO = ['--from', 'neko@example.jp', '--subject', 'Nyaa', '--to', KIJITORA, '--body', 'Nyaa'];
const TAKEN = said(200, [[KIJITORA, 'accepted', '250', 'Ok: queued']]);
const REPLAYED = said(200, [[KIJITORA, 'accepted', '250', 'Ok: queued']], { 'idempotency-replayed': 'true' });
/** Before the key is looked for no mailer speaks. */
function refused(status: number, outcome: string, code: string, command: string, headers = {}): Step {
  const response = { rcpt: null, outcome, code, dsn: null, error: 1, message: ['nyaa'], command };
  const peer = { mailer: null, host: null, port: null };
  const responses = [{ ...response, ...peer }];
  return {
    status,
    headers,
    body: { 'smtp.queueid': 'q9AMDfMJeEMaAm3c', 'smtp.response': responses[0], 'smtp.responses': responses },
  };
}

let peer: Peer | undefined;
afterEach(() => peer?.stop());

async function posted(steps: readonly Step[], options: readonly string[] = []) {
  peer = await startPeer(steps);
  const line = ['send', '--url', peer.url, ...NEKO, '--key', 'a "key" \\', '--max-wait', '0', ...options];
  const ended = await haineko(line);
  return { ...ended, seen: peer.seen, connections: peer.connections() };
}

describe('haineko send --key posts the whole mail again with the same key', () => {
  test.each<[string, Step]>([
    ['the connection is lost after the request', 'reset after the request'],
    ['it is closed after the request', 'closed after the request'],
    ['half an answer comes', 'half an answer'],
    ['garbage comes', 'garbage'],
    ['the journal is out of reach', refused(503, 'unknown', '421', 'HTTP')],
    ['all is deferred', said(503, [[KIJITORA, 'deferred', '451']])],
    ['some is deferred, some unknown', said(409, [[KIJITORA, 'deferred', '451']])],
    ["a gateway says 503, the relay's answer is lost", { status: 503, body: { message: 'Nyaa' } }],
    ['a gateway says 504', { status: 504, body: { message: 'Nyaa' } }],
    ['a gateway says 429', { status: 429, body: { message: 'Nyaa' } }],
  ])('when %s', async (_what, step) => {
    const ended = await posted([step, step, REPLAYED]);
    expect(ended).toMatchObject({ status: 0, connections: 3 });
    const headers = ended.seen.map((each) => each.headers['idempotency-key']);
    // RFC 9651 3.3.3
    expect(headers).toEqual(Array(3).fill('"a \\"key\\" \\\\"'));
    expect(new Set(ended.seen.map(({ body }) => String(body))).size).toBe(1);
    expect(ended.stderr.match(/attempt \d of 3 at once\n/g)).toHaveLength(2);
    expect(ended.stdout).toMatch(/^accepted {2}kijitora@example\.org/);
    expect(ended.stdout).toContain('\nreplayed: an earlier request with this key was answered so\n');
  });

  test('when no answer comes in time', async () => {
    const ended = await posted(['no answer', TAKEN], ['--timeout', '1']);
    expect(ended).toMatchObject({ status: 0, connections: 2 });
    expect(ended.stdout).not.toContain('replayed');
  });

  test('to all recipients, though some of them have their mail: the relay knows who', async () => {
    const partly = said(207, [
      [KIJITORA, 'accepted', '250'],
      ['mike@example.org', 'deferred', '451'],
      ['archive@example.jp', 'accepted', '250'],
    ]);
    const whole = said(200, [
      [KIJITORA, 'accepted', '250'],
      ['mike@example.org', 'accepted', '250'],
      ['archive@example.jp', 'accepted', '250'],
    ]);
    const ended = await posted([partly, whole], ['--to', 'mike@example.org']);
    expect(ended).toMatchObject({ status: 0, connections: 2 });
    expect(ended.seen[1]?.body).toEqual(ended.seen[0]?.body);
    expect(ended.stdout.match(/^accepted {2}/gm)).toHaveLength(3);
  });

  test('within --retries', async () => {
    const once = await posted(['reset after the request', TAKEN], ['--retries', '0']);
    expect(once).toMatchObject({ status: 4, connections: 1 });
    expect(once.stdout).toContain('unknown: it may have been sent; the same again with the same --key asks');
  });

  test('where another request with the key is in flight, after the seconds that the relay asks for', async () => {
    const slow = refused(409, 'unknown', '451', 'HTTP', { 'retry-after': '1' });
    const later = await posted([slow, TAKEN], ['--max-wait', '1']);
    expect(later).toMatchObject({ status: 0, stderr: expect.stringContaining('attempt 2 of 3 in 1 s') });
    expect(await posted([slow, TAKEN])).toMatchObject({ status: 4, connections: 1 });
  });
});

describe('haineko send --key does not post again', () => {
  test.each<[string, number, Step]>([
    ['what the relay does not know for good', 4, said(409, [[KIJITORA, 'unknown', '421']])],
    ['what is rejected', 1, said(422, [[KIJITORA, 'rejected', '550']])],
    ['under the key of another mail', 1, refused(422, 'rejected', '501', 'HTTP')],
    ['where no journal is kept', 1, refused(501, 'rejected', '502', 'HTTP')],
    ['at a table that is wrong', 3, refused(500, 'deferred', '500', 'CONF')],
    ['at a page', 4, { status: 200, body: '<html>Log in</html>' }],
    ['at a 403 of a gateway', 1, { status: 403, body: { message: 'Forbidden' } }],
  ])('%s', async (_what, status, step) => {
    expect(await posted([step, TAKEN])).toMatchObject({ status, connections: 1 });
  });
});

describe('haineko send --key still says unknown of what may have been sent', () => {
  test.each<[string, Step]>([
    ['is not let in any more', refused(401, 'rejected', '500', 'AUTH')],
    ['is stopped by a gateway', { status: 403, body: { message: 'Forbidden' } }],
    ['finds no tables', refused(503, 'deferred', '421', 'CONF')],
    ['finds a table that is wrong', refused(500, 'deferred', '500', 'CONF')],
  ])('when the next attempt %s', async (_what, step) => {
    const ended = await posted(['reset after the request', step]);
    expect(ended.status).toBe(4);
    expect(ended.stdout).toMatch(/^unknown {2}kijitora@example\.org .*the connection was lost .* \/ /);
  });

  test('when the next ones come nowhere', async () => {
    peer = await startPeer(['reset after the request']);
    const { url, stop } = peer;
    const ended = await haineko(
      ['send', '--url', url, ...NEKO, '--key', 'nyaa', '--max-wait', '1', '--json'],
      {
        watch: (written) => void (written.includes('attempt 2') && stop()),
      },
    );
    expect(ended.status).toBe(4);
    expect(ended.json()).toMatchObject({ outcome: 'unknown', attempts: [{}, {}, {}] });
    expect((ended.json() as { attempts: { outcomes: unknown }[] }).attempts[2]?.outcomes).toEqual([
      [KIJITORA, 'deferred'],
    ]);
  });

  test.each<[string, number, Step]>([
    ['is lost', 4, 'reset after the request'],
    ['finds another in flight', 4, refused(409, 'unknown', '451', 'HTTP')],
    ['is not let in any more', 1, refused(401, 'rejected', '500', 'AUTH')],
    ['finds no tables', 3, refused(503, 'deferred', '421', 'CONF')],
  ])('of them alone: who has the mail has it, though the next attempt %s', async (_what, status, step) => {
    const partly = said(207, [
      [KIJITORA, 'accepted', '250'],
      ['mike@example.org', 'deferred', '451'],
      ['tama@example.org', 'rejected', '550'],
    ]);
    const line = ['--to', 'mike@example.org', 'tama@example.org', '--retries', '1'];
    const ended = await posted([partly, step], line);
    expect(ended).toMatchObject({ status, connections: 2 });
    expect(ended.stdout).toMatch(/^accepted {2,}kijitora@example\.org .* 250 /m);
    expect(ended.stdout).toMatch(/^rejected {2,}tama@example\.org .* 550 /m);
    expect(ended.stdout).not.toMatch(/^(?:accepted|rejected) +mike.* 451 /m);
  });

  test.each<[string, number, Step]>([
    ['by a server behind the key', 1, said(422, [[KIJITORA, 'rejected', '550']])],
    ['by the relay behind the key', 1, refused(400, 'rejected', '553', 'RCPT')],
    ['as deferred', 3, said(503, [[KIJITORA, 'deferred', '451']])],
  ])('but not when the next one is answered %s', async (_what, status, step) => {
    expect(await posted(['reset after the request', step], ['--retries', '1'])).toMatchObject({ status });
  });
});

describe('haineko send --key is called wrongly', () => {
  test.each([[''], ['猫'], ['a\nb'], ['x'.repeat(256)]])('with %j, and posts nothing', async (key) => {
    peer = await startPeer([TAKEN]);
    const ended = await haineko(['send', '--url', peer.url, ...NEKO, '--key', key]);
    expect(ended).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--key: expected 1 to 255 printable characters of ASCII'),
    });
    expect(peer.connections()).toBe(0);
  });

  test('but without one it sends none', async () => {
    peer = await startPeer([TAKEN]);
    await haineko(['send', '--url', peer.url, ...NEKO]);
    expect(peer.seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('and a dry run takes no notice of it', async () => {
    const [plain, keyed] = await Promise.all([
      haineko(['send', '--dry-run', ...NEKO]),
      haineko(['send', '--dry-run', ...NEKO, '--key', 'nyaa']),
    ]);
    expect(keyed).toMatchObject({ status: 0, stdout: plain.stdout });
  });
});
