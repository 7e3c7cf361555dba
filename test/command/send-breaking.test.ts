import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { haineko } from './haineko.ts';
import { CERTIFICATE, type Peer, type Step, said, startPeer } from './send-peer.ts';

const NEKO = ['--from', 'neko@example.jp', '--subject', 'Nyaa'];
const KIJITORA = 'kijitora@example.org';
const TAKEN = said(200, [[KIJITORA, 'accepted', '250', 'Ok: queued']]);
/** Larger than what sockets hold: its end has not left when the server breaks. */
const LARGE = 'Nyaa! '.repeat(3_000_000);
const PLATFORM = (status: number, headers = {}): Step => ({ status, headers, body: { message: 'Nyaa' } });

let peer: Peer | undefined;
afterEach(() => peer?.stop());

async function posted(steps: readonly Step[], options: readonly string[] = [], stdin = 'Nyaa\n') {
  peer = await startPeer(steps);
  const ended = await haineko(
    ['send', '--url', peer.url, ...NEKO, '--to', KIJITORA, '--max-wait', '0', ...options],
    { stdin },
  );
  return { ...ended, seen: peer.seen, connections: peer.connections() };
}

describe('haineko send never repeats what may have been sent', () => {
  test.each<Step>([
    'reset after the request',
    'closed after the request',
    'half closed at once',
    'half an answer',
    'too much',
    'garbage',
    'an upgrade',
  ])('and says unknown when the server breaks so: %s', async (step) => {
    const ended = await posted([step, TAKEN]);
    expect(ended).toMatchObject({ status: 4, connections: 1 });
    expect(ended.stdout).toMatch(/^unknown {2}kijitora@example\.org {2}- {2}- {2}/);
    expect(ended.stdout).toContain('unknown: it may have been sent; do not send it again before you know');
    expect(ended.stderr).toBe('');
  });

  test('and sends it once when the server resets at once, whether that is seen before the request or after', async () => {
    const ended = await posted(['reset at once', TAKEN]);
    expect([ended.status, ended.connections, ended.seen.length]).toEqual(
      ended.connections === 1 ? [4, 1, 0] : [0, 2, 1],
    );
  });

  test.each<Step>(['no answer', 'an endless answer'])(
    'and says unknown when the answer does not come in time: %s',
    async (step) => {
      const ended = await posted([step, TAKEN], ['--timeout', '1']);
      expect(ended).toMatchObject({ status: 4, connections: 1 });
      expect(ended.stdout).toContain('no answer in time; the relay may be at work still');
    },
  );

  test.each<[string, Step]>([
    ["a gateway's 503", PLATFORM(503)],
    ["a gateway's 503 with Retry-After", PLATFORM(503, { 'retry-after': '0' })],
    ["a gateway's 504", PLATFORM(504)],
    ["a gateway's 500 that is no JSON", { status: 500, body: '<html>Nyaa</html>' }],
    ['a 200 of something else', { status: 200, body: '<html>Log in</html>' }],
    ['a 409', said(409, [[KIJITORA, 'unknown', '421']])],
    ['a 409 that is not the relay’s', PLATFORM(409)],
    ['a 207 that does not name the recipient', said(207, [['mike@example.org', 'accepted', '250']])],
    ['a success that its status denies', said(503, [[KIJITORA, 'accepted', '250']])],
  ])('and says unknown at %s', async (_what, step) => {
    expect(await posted([step, TAKEN])).toMatchObject({ status: 4, connections: 1 });
  });

  test('but says rejected at a redirect, which it does not follow', async () => {
    const ended = await posted(
      [PLATFORM(308, { location: 'https://evil.example/submit' }), TAKEN],
      ['--json'],
    );
    expect(ended).toMatchObject({ status: 1, connections: 1 });
    expect(ended.json()).toMatchObject({ status: 308, answer: { message: 'Nyaa' }, outcome: 'rejected' });
  });

  test.each([
    [401, 'say --user'],
    [403, '--iam signs a request'],
    [404, 'is the URL right?'],
    [413, 'the request is too large'],
  ])("but says rejected at a platform's %i", async (status, hint) => {
    const ended = await posted([PLATFORM(status), TAKEN]);
    expect(ended).toMatchObject({ status: 1, connections: 1, stdout: expect.stringContaining(hint) });
  });
});

describe('haineko send tries again', () => {
  test.each<[string, Step]>([
    ["at the platform's 429", PLATFORM(429)],
    ['at 503 of the relay, every recipient deferred', said(503, [[KIJITORA, 'deferred', '451']])],
  ])('%s', async (_what, step) => {
    const ended = await posted([step, TAKEN]);
    expect(ended).toMatchObject({
      status: 0,
      connections: 2,
      stderr: expect.stringContaining('attempt 2 of 3'),
    });
    expect(ended.stdout).toContain('accepted: it was sent');
    expect(ended.seen[1]?.body).toEqual(ended.seen[0]?.body);
  });

  test.each<Step>(['reset at once', 'reset within the request', 'half closed at once'])(
    'when the connection broke before the end of the request: %s',
    async (step) => {
      const ended = await posted([step, TAKEN], [], LARGE);
      expect(ended).toMatchObject({ status: 0, connections: 2 });
      expect(ended.seen).toHaveLength(1);
    },
  );

  test('where TLS did not come about, and never without it', async () => {
    const options = { env: { NODE_EXTRA_CA_CERTS: fileURLToPath(CERTIFICATE) }, stdin: 'Nyaa' };
    peer = await startPeer(['reset at once', TAKEN], true);
    const line = ['send', ...NEKO, '--to', KIJITORA, '--max-wait', '0', '--url', peer.url];
    const trusted = await haineko(line, options);
    expect(trusted).toMatchObject({ status: 0 });
    const untrusted = await haineko(line, { stdin: 'Nyaa' });
    expect(untrusted).toMatchObject({ status: 3 });
    expect(untrusted.stdout).toContain('the certificate is not of a trusted authority');
    expect(peer.seen).toHaveLength(1);
  });

  test('as often as --retries says, where nothing listens', async () => {
    const nobody = await startPeer([]);
    await nobody.stop();
    const line = ['send', '--url', nobody.url, ...NEKO, '--to', KIJITORA, '--max-wait', '0', '--json'];
    const ended = await haineko([...line, '--retries', '1'], { stdin: 'Nyaa' });
    expect(ended.status).toBe(3);
    expect(ended.stderr).toMatch(
      /^haineko send: not sent: no connection .*ECONNREFUSED.*attempt 2 of 2 at once\n$/,
    );
    expect(ended.json()).toMatchObject({
      status: null,
      answer: null,
      outcome: 'deferred',
      recipients: [{ rcpt: KIJITORA, outcome: 'deferred', code: null }],
      attempts: [{ status: null }, { status: null }],
    });
  });

  test('not before the seconds that the server asks for', async () => {
    const ended = await posted(
      [said(503, [[KIJITORA, 'deferred', '451']], { 'retry-after': '1' }), TAKEN],
      ['--max-wait', '1', '--json'],
    );
    expect(ended).toMatchObject({ status: 0, stderr: expect.stringContaining('attempt 2 of 3 in 1 s') });
    const { attempts } = ended.json() as { attempts: { at: string }[] };
    const [first = 0, second = 0] = attempts.map(({ at }) => Date.parse(at));
    expect(second - first).toBeGreaterThanOrEqual(990);
  });

  test('not where that is more than --max-wait', async () => {
    const step = said(503, [[KIJITORA, 'deferred', '451']], { 'retry-after': '61' });
    const ended = await posted([step, TAKEN], ['--max-wait', '60']);
    expect(ended).toMatchObject({ status: 3, connections: 1 });
    expect(ended.stdout).toContain('deferred: it was not sent; send it again, in 61 s or later');
  });

  test('to the deferred recipients alone, when the others have their mail', async () => {
    const many = ['--to', 'Mike@example.org', 'tama@example.org'];
    const partly = said(207, [
      [KIJITORA, 'accepted', '250'],
      ['Mike@example.org', 'deferred', '451'],
      ['tama@example.org', 'rejected', '550'],
    ]);
    const ended = await posted([partly, said(200, [['mike@example.org', 'accepted', '250']])], many);
    expect(ended.seen.map(({ body }) => (JSON.parse(body.toString()) as { rcpt: unknown }).rcpt)).toEqual([
      [KIJITORA, 'Mike@example.org', 'tama@example.org'],
      ['Mike@example.org'],
    ]);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('rejected: it was not sent to tama@example.org, and will not be as it is');
    expect(ended.stdout.match(/^accepted/gm)).toHaveLength(2);
  });

  test('not where the relay added a recipient who has the mail, and would get it twice', async () => {
    const steps = [
      said(207, [
        [KIJITORA, 'deferred', '451'],
        ['archive@example.jp', 'accepted', '250'],
      ]),
      TAKEN,
    ];
    const ended = await posted(steps);
    expect(ended).toMatchObject({ status: 3, connections: 1 });
    expect(ended.stdout).toContain('archive@example.jp');
  });

  test.each<[string, Step]>([
    ['at 500, a table of the relay being wrong', said(500, [[null, 'deferred', '500']])],
    [
      'at 409, though one of two is deferred',
      said(409, [
        [KIJITORA, 'deferred', '451'],
        ['mike@example.org', 'unknown', '421'],
      ]),
    ],
    [
      'at 200 in the format of 0.2.17',
      {
        status: 200,
        body: {
          queueid: 'q',
          response: [{ rcpt: KIJITORA, error: 1, code: '450', command: 'RCPT', message: ['later'] }],
        },
      },
    ],
  ])('not %s', async (_what, step) => {
    expect(await posted([step, TAKEN])).toMatchObject({ connections: 1 });
  });

  test('no more when somebody says so, and the answer that is on its way still counts', async () => {
    peer = await startPeer([said(503, [[KIJITORA, 'deferred', '451']], { 'retry-after': '30' }), TAKEN]);
    let told = false;
    const ended = await haineko(['send', '--url', peer.url, ...NEKO, '--to', KIJITORA, '--json'], {
      stdin: 'Nyaa',
      watch: (written, kill) => {
        if (told || !written.includes('attempt 2 of 3 in 30 s')) return;
        told = true;
        kill('SIGINT');
      },
    });
    expect(ended.status).toBe(3);
    expect(ended.json()).toMatchObject({ status: 503, outcome: 'deferred' });
    expect(peer.connections()).toBe(1);
  });
});
