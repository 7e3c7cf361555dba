import { afterEach, describe, expect, test, vi } from 'vitest';
import { signer } from '../../bin/send/signature.ts';
import { type SsmDouble, startSsmDouble } from '../doubles/ssm.ts';
import { isSignedWith, signedBy } from '../mailers/sigv4.ts';
import { haineko } from './haineko.ts';
import { type Peer, said, startPeer } from './send-peer.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const KIJITORA = 'kijitora@example.org';
const MAIL = ['--from', 'neko@example.jp', '--to', KIJITORA, '--subject', 'Nyaa', '--body', 'にゃー'];
const TAKEN = said(200, [[KIJITORA, 'accepted', '250']]);

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop()));
});
async function opened<T extends Peer | SsmDouble>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  open.push(started);
  return started;
}

async function stage(authorization: string, steps = [TAKEN]) {
  const peer = await opened(startPeer(steps));
  const ssm = await opened(startSsmDouble());
  const stack = { tables: 'command', authorization, url: peer.url, function: 'Haineko', log: '/haineko' };
  ssm.put('/haineko/test/stack', JSON.stringify(stack));
  ssm.put('/haineko/test/authinfo/Neko', 'nyanko22', 'SecureString');
  const run = (...args: string[]) =>
    haineko(['send', '--stage', 'test', ...MAIL, '--max-wait', '0', ...args], {
      env: { AWS_ENDPOINT_URL: ssm.url },
    });
  return { peer, ssm, run };
}

describe('haineko send --iam', () => {
  test('signs for execute-api, in the region of --region, each attempt anew', async () => {
    const peer = await opened(startPeer([{ status: 429, body: {} }, TAKEN]));
    const line = ['send', '--iam', ...MAIL, '--url', peer.url, '--region', 'eu-central-1', '--max-wait', '0'];
    const env = { AWS_SESSION_TOKEN: 'a-token' };
    expect(await haineko(line, { env })).toMatchObject({ status: 0 });
    expect(peer.seen).toHaveLength(2);
    for (const seen of peer.seen) {
      expect(signedBy(seen)).toMatchObject({
        accessKey: 'AKIAIOSFODNN7EXAMPLE',
        region: 'eu-central-1',
        service: 'execute-api',
        headers: expect.arrayContaining(['host', 'content-type', 'x-amz-date', 'x-amz-security-token']),
      });
      expect(isSignedWith(seen, SECRET)).toBe(true);
      expect(isSignedWith({ ...seen, body: Buffer.from('another') }, SECRET)).toBe(false);
    }
  });

  test('signer() takes the region of the name of an API', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
    const url = new URL('https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/submit');
    const authorize = await signer(url, { region: 'eu-central-1' });
    const body = Buffer.from('{}');
    const headers = await authorize(body, Date.parse('2026-11-22T13:41:22Z'));
    vi.unstubAllEnvs();
    const seen = { method: 'POST', path: '/submit', headers, body };
    expect(headers).toMatchObject({ host: url.host, 'x-amz-date': '20261122T134122Z' });
    expect(signedBy(seen)).toMatchObject({ region: 'us-west-2', service: 'execute-api' });
    expect(isSignedWith(seen, SECRET)).toBe(true);
  });

  test('says that there are no keys', async () => {
    const peer = await opened(startPeer([TAKEN]));
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const ended = await haineko(['send', '--iam', ...MAIL, '--url', peer.url], { env });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no keys for AWS') });
    expect(peer.connections()).toBe(0);
  });
});

describe('haineko send --stage', () => {
  test('finds the URL, and signs by itself where the API asks for it, by one parameter that is no secret', async () => {
    const { peer, ssm, run } = await stage('iam');
    expect(await run()).toMatchObject({ status: 0, stderr: '' });
    expect(peer.seen).toMatchObject([{ path: '/submit' }]);
    const [seen] = peer.seen;
    if (!seen) throw new Error('nothing was posted');
    expect(signedBy(seen)).toMatchObject({ service: 'execute-api', region: 'ap-northeast-1' });
    expect(isSignedWith(seen, SECRET)).toBe(true);
    expect(ssm.requests).toEqual([{ action: 'GetParameter', input: { Name: '/haineko/test/stack' } }]);
  });

  test('does not sign where the API does not ask for it', async () => {
    const { peer, run } = await stage('none');
    expect(await run()).toMatchObject({ status: 0 });
    expect(peer.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('refuses a password where the API takes signatures alone', async () => {
    const { peer, run } = await stage('iam');
    const ended = await run('--user', 'neko');
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('has IAM authorization') });
    expect(peer.connections()).toBe(0);
  });

  test('says what to do where the stage is not there, or nobody may look', async () => {
    const { ssm, run } = await stage('none');
    ssm.put('/haineko/test/stack', 'nyaa');
    expect(await run()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the parameter /haineko/test/stack cannot be read'),
    });
    ssm.remove('/haineko/test/stack');
    const gone = await run();
    expect(gone).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no parameter') });
    expect(gone.stderr).toContain('npx cdk deploy');
  });
});
