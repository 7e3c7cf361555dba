import { afterEach, describe, expect, test } from 'vitest';
import { startSsmDouble } from '../doubles/ssm.ts';
import { isSignedWith, signedBy } from '../mailers/sigv4.ts';
import { haineko } from './haineko.ts';
import { type Peer, type Step, startPeer } from './send-peer.ts';

const QUEUEID = 'q9AMDfMJeEMaAm3b';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const REPLY = { mailer: 'ESMTP', host: '192.0.2.1', port: 25, code: '250', dsn: '2.0.0', command: 'DATA' };

function told(...outcomes: (string | null)[]): Step {
  const recipients = outcomes.map((outcome, at) => ({
    rcpt: `cat${at}@example.org`,
    state: 'settled',
    outcome,
    reply: outcome === null ? null : { ...REPLY, message: ['nyaa'] },
    attempts: [],
    next: null,
  }));
  return { status: 200, body: { queueid: QUEUEID, addresser: 'neko@example.jp', recipients } };
}

let peer: Peer | undefined;
afterEach(() => peer?.stop());
async function asked(step: Step, options: readonly string[] = []) {
  peer = await startPeer([step]);
  const ended = await haineko(['status', QUEUEID, '--url', `${peer.url}/base/submit`, ...options]);
  return { ...ended, seen: peer.seen, connections: peer.connections() };
}

describe('haineko status', () => {
  test('asks by a GET without a body, below the URL that is given', async () => {
    const { status, seen, connections } = await asked(told('accepted'));
    expect([status, connections]).toEqual([0, 1]);
    expect(seen).toMatchObject([{ method: 'GET', path: `/base/status/${QUEUEID}` }]);
    expect(seen[0]?.body).toHaveLength(0);
    expect(seen[0]?.headers['content-length']).toBeUndefined();
    expect(seen[0]?.headers['user-agent']).toMatch(/^haineko\//);
  });

  test.each<[number, (string | null)[]]>([
    [0, ['accepted', 'queued']],
    [1, ['accepted', 'rejected']],
    [3, ['deferred', 'rejected', 'queued']],
    [3, ['accepted', null]],
    [4, ['unknown', null, 'rejected']],
    // of a later version
    [4, ['accepted', 'nyaa']],
  ])('ends with %i for %j', async (status, outcomes) => {
    expect(await asked(told(...outcomes))).toMatchObject({ status });
  });

  test('tells when it is tried again, and steers no terminal', async () => {
    const recipient = {
      rcpt: 'cat@example.org\x1b[2J',
      state: 'settled',
      outcome: 'deferred',
      reply: { ...REPLY, host: '2001:db8::1', code: '451', message: ['later\x1b]0;nyaa\x07', 'nyaa\nfake'] },
      attempts: [
        {
          ...REPLY,
          time: '2026-11-22T13:41:22.000Z',
          host: '2001:db8::1',
          message: ['\x9b31mred', 'a\u202eb'],
        },
      ],
      next: '2026-11-22T13:56:22.000Z',
    };
    const body = { queueid: QUEUEID, addresser: null, received: 'x\x1b[H', recipients: [recipient] };
    const ended = await asked({ status: 200, body });
    expect(ended.status).toBe(3);
    expect(ended.stdout).toContain('deferred: it was not sent yet, and is tried again');
    expect(ended.stdout).toContain('    2026-11-22T13:41:22.000Z  ESMTP [2001:db8::1]:25  250 2.0.0');
    expect(ended.stdout).toContain('\n  Next attempt 2026-11-22T13:56:22.000Z\n');
    expect(ended.stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(ended.stdout).not.toMatch(/^fake/m);
    const json = await asked({ status: 200, body }, ['--json']);
    expect(json.stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(json.json()).toEqual(body);
  });

  test.each<[string, Step, string]>([
    ['a page', { status: 200, body: '<html>Log in</html>' }, 'answers with something else'],
    ['a mail of nobody', told(), 'answers with something else'],
    ['a 404 of something else', { status: 404, body: { message: 'Not Found' } }, 'HTTP 404: Not Found'],
    ['a 403 of a gateway', { status: 403, body: { message: 'Forbidden' } }, 'Say --user, or --iam'],
    ['a 401', { status: 401, body: {} }, 'Say --user, with the right password'],
    [
      'a journal out of reach',
      { status: 503, body: { 'smtp.queueid': null, 'smtp.response': { message: ['The journal\x1b[2J'] } } },
      'HTTP 503: The journal',
    ],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' }, 'HTTP 302'],
    ['a lost connection', 'reset after the request', 'the connection was lost'],
    ['garbage', 'garbage', 'no HTTP answer'],
  ])('says so, and what to do, at %s', async (_what, step, why) => {
    const ended = await asked(step);
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(why) });
    expect(ended.stderr).not.toMatch(/\n {4}at |\x1b/);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(ended.connections).toBe(1);
  });

  test('gives up after --timeout', async () => {
    const ended = await asked('no answer', ['--timeout', '1']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no answer in time') });
  });

  test('says that nothing listens', async () => {
    const nobody = await startPeer([]);
    await nobody.stop();
    const ended = await haineko(['status', QUEUEID], { env: { HAINEKO_URL: nobody.url } });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no connection to http') });
    expect(ended.stderr).toContain('haineko start');
  });

  test.each([
    [['q9AMDfMJeEMaAm3'], '<queueid>: expected 16 of 0-9, A-Z, a-z'],
    [['q9AMDfMJeEMaAm3/'], '<queueid>: expected 16 of 0-9, A-Z, a-z'],
    [[''], '<queueid>: expected 16 of 0-9, A-Z, a-z, got nothing'],
    [[QUEUEID, '--stage', 'test'], '--url: expected no --stage beside it'],
    [[QUEUEID, '--user', 'neko', '--iam'], '--user: expected no --iam beside it'],
    [[QUEUEID, '--password-stdin'], '--password-stdin: expected --user with it'],
    [[QUEUEID, '--timeout', 'long'], '--timeout: expected a whole number from 1 to 900'],
  ])('is called wrongly by %j, and asks nobody', async (args, why) => {
    peer = await startPeer([told('accepted')]);
    const ended = await haineko(['status', '--url', peer.url, ...args]);
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(why) });
    expect(peer.connections()).toBe(0);
  });

  test('tells no password to another machine without TLS', async () => {
    const ended = await haineko(['status', QUEUEID, '--user', 'neko', '--url', 'http://192.0.2.1:2794'], {
      env: { HAINEKO_PASSWORD: 'nyanko22' },
    });
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('would go in the clear') });
  });

  test('--stage finds the URL, and signs the GET where callers sign', async () => {
    peer = await startPeer([told('accepted')]);
    const ssm = await startSsmDouble();
    const stack = { tables: 'command', authorization: 'iam', url: peer.url, function: 'H', log: '/haineko' };
    ssm.put('/haineko/test/stack', JSON.stringify(stack));
    const ended = await haineko(['status', QUEUEID, '--stage', 'test'], {
      env: { AWS_ENDPOINT_URL: ssm.url },
    });
    await ssm.stop();
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const [seen] = peer.seen;
    if (!seen) throw new Error('nothing was asked');
    expect(seen).toMatchObject({ method: 'GET', path: `/status/${QUEUEID}` });
    expect(signedBy(seen)).toMatchObject({ service: 'execute-api', region: 'ap-northeast-1' });
    expect(isSignedWith(seen, SECRET)).toBe(true);
  });
});
