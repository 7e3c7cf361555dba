import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryOutput, loadedWith } from '../../infra/bundle/loaded-with.ts';
import { bundle } from '../../infra/bundle.ts';
import { isSignedWith, signedBy } from '../mailers/sigv4.ts';
import { readMetrics } from '../unit/app/embedded-metrics.ts';
import { ROLE, startRelay, type TestRelay } from './relay.ts';
import { MESSAGE_ID } from './ses.ts';

/** Octets of JavaScript that a cold start may read; a number to be argued with, not to be passed by accident. */
const START_BUDGET = 145_000;

const temporary = mkdtempSync(join(tmpdir(), 'haineko-bundle-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const folder = join(temporary, 'submit');
const metafile = bundle(folder);

/** All files under a folder, with what is in them. */
function files(root: string): Map<string, string> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return new Map(
    names
      .map((each) => join(each.parentPath, each.name))
      .sort()
      .map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
  );
}

describe('bundle()', () => {
  it('makes an entry that Lambda takes as an ES module, chunks beside it, and nothing else', () => {
    const names = [...files(folder).keys()];
    expect(names).toContain('submit.mjs');
    expect(names.filter((name) => !/^(submit|chunks\/[\w-]+)\.mjs$/.test(name))).toEqual([]);
    expect(metafile.outputs[entryOutput(metafile)]?.exports).toEqual(['handler']);
  });

  it('makes the same bytes each time, so that only a change of the code is deployed', () => {
    const again = join(temporary, 'again');
    bundle(again);
    expect(files(again)).toEqual(files(folder));
  });

  it('loads at the start only what every request needs', () => {
    const loaded = [...loadedWith(metafile, entryOutput(metafile))];
    const inputs = loaded.flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}));
    const packages = new Set(
      inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
    );
    expect([...packages].sort()).toEqual(['ipaddr.js', 'valibot']);
    // the entry, and all that it needs in one more
    expect(loaded).toHaveLength(2);
    const bytes = loaded.reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), 0);
    expect(bytes).toBeLessThan(START_BUDGET);
  });

  it('reads at the start what mailers declare, and later what they do', () => {
    const start = loadedWith(metafile, entryOutput(metafile));
    const does = /^functions\/relay\/.+\/(?:words|send|save|send-by-api|call|exchange|verify-.+)\.ts$/;
    const inputs = Object.entries(metafile.outputs).flatMap(([path, output]) =>
      Object.keys(output.inputs)
        .filter((input) => does.test(input))
        .map((input) => [input, start.has(path)] as const),
    );
    expect(inputs.length).toBeGreaterThan(10);
    expect(inputs.filter(([, atStart]) => atStart)).toEqual([]);
  });

  it("holds neither the SDK's CommonJS nor its chain of credential providers", () => {
    const inputs = Object.keys(metafile.inputs).join('\n');
    expect(inputs).not.toContain('dist-cjs');
    expect(inputs).not.toMatch(/@aws-sdk\/credential-provider-(ini|sso|process|node)/);
  });

  it("asks for Node's own modules by name, not by import, which reads all that they have", () => {
    const imported = [...files(folder)].filter(([, code]) =>
      /(?:from|import|import\()\s*"(?:node:|(?:https?|fs|crypto|net|tls|stream|util|zlib)")/.test(code),
    );
    expect(imported.map(([name]) => name)).toEqual([]);
  });

  it('asks for nothing by require(), which an ES module does not have', () => {
    const asked = Object.entries(metafile.inputs).flatMap(([path, input]) =>
      input.imports
        .filter((each) => each.external && each.kind === 'require-call')
        .map((each) => `${path}: ${each.path}`),
    );
    expect(asked).toEqual([]);
  });
});

/** The lines that a bundle has written since then. */
const linesOf = (relay: TestRelay, since: number): string[] =>
  relay.lambda
    .log()
    .slice(since)
    .split('\n')
    .filter((line) => line.startsWith('{'));

const runtimes = [
  { name: `Node ${process.versions.node}`, node: execPath, version: process.version },
  ...(env['HAINEKO_NODE24']
    ? [{ name: "Node 24, Lambda's", node: env['HAINEKO_NODE24'], version: 'v24.' }]
    : []),
];

describe.each(runtimes)('the bundle on $name', ({ node, version }) => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await startRelay(node, folder);
  });
  afterAll(() => relay?.stop());

  it('reads tables and credentials while it loads, in two calls, and nothing more afterwards', async () => {
    expect(relay.lambda.version.startsWith(version)).toBe(true);
    expect(relay.ssmCalls()).toBe(2);
    await relay.post('submit-json');
    await relay.post('submit-json');
    expect(relay.ssmCalls()).toBe(2);
    expect(relay.ssmComplaints()).toEqual([]);
  });

  it('relays over STARTTLS and SMTP-AUTH and answers with the reply', async () => {
    const { answer, mails } = await relay.post('submit-json');
    expect(answer.statusCode, JSON.stringify(answer.json)).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'x-content-type-options': 'nosniff',
    });
    expect(answer.json).toMatchObject({
      'smtp.queueid': expect.stringMatching(/^[0-9A-Za-x]{16}$/),
      'smtp.addresser': 'kijitora@example.jp',
      'smtp.recipient': ['neko@example.org'],
      'smtp.remotehost': '192.0.2.77',
      'smtp.remoteport': null,
      'smtp.useragent': 'curl/8.5.0',
      'smtp.response': {
        error: 0,
        code: '250',
        command: 'QUIT',
        message: ['OK: nyaa, taken'],
        outcome: 'accepted',
        rcpt: 'neko@example.org',
        mailer: 'ESMTP',
        host: 'smtp.example.test',
      },
    });
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      secure: true,
      user: 'kijitora',
      ehlo: 'relay.example.com',
      from: 'kijitora@example.jp',
      to: ['neko@example.org'],
    });
    const source = mails[0]?.source.toString('latin1') ?? '';
    expect(source).toMatch(/^Content-Type: text\/plain; charset="?iso-2022-jp/im);
    const mail = await simpleParser(mails[0]?.source ?? '');
    expect(mail.subject).toBe('テスト');
    expect(mail.from?.text).toContain('キジトラ');
    expect(mail.text).toContain('メールの本文\nにゃーん');
  });

  it('relays by Amazon SES with the keys of its role, over TLS that it verifies', async () => {
    const { answer } = await relay.post('submit-ses');
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json).toMatchObject({
      'smtp.response': {
        error: 0,
        code: '250',
        message: ['Ok', MESSAGE_ID],
        outcome: 'accepted',
        rcpt: 'neko@ses.example.org',
        mailer: 'AmazonSES',
        host: 'smtp.example.test',
        port: relay.ses.port,
      },
    });
    expect(relay.ses.seen).toHaveLength(1);
    for (const seen of relay.ses.seen) {
      expect(signedBy(seen)).toMatchObject({
        accessKey: ROLE.AWS_ACCESS_KEY_ID,
        region: 'ap-northeast-1',
        service: 'ses',
        headers: expect.arrayContaining(['x-amz-security-token']),
      });
      expect(seen.headers['x-amz-security-token']).toBe(ROLE.AWS_SESSION_TOKEN);
      expect(isSignedWith(seen, ROLE.AWS_SECRET_ACCESS_KEY)).toBe(true);
      const form = new URLSearchParams(seen.body.toString());
      expect(Object.fromEntries(form)).toMatchObject({
        Action: 'SendRawEmail',
        Source: 'kijitora@example.jp',
        'Destinations.member.1': 'neko@ses.example.org',
        ConfigurationSetName: 'haineko',
        'Tags.member.1.Name': 'stage',
        'Tags.member.1.Value': 'production',
      });
      const mail = await simpleParser(Buffer.from(form.get('RawMessage.Data') ?? '', 'base64'));
      expect(mail.text).toContain('メールの本文\nにゃーん');
    }
  });

  it('asks Amazon SES in its own region where a route names no endpoint', async () => {
    // no name of the Internet is known here
    const { answer } = await relay.post('submit-ses-usual-endpoint');
    expect(answer.statusCode, answer.body).toBe(503);
    expect(answer.json).toMatchObject({
      'smtp.response': {
        outcome: 'deferred',
        dsn: '4.4.1',
        command: 'CONN',
        host: 'email.ap-northeast-1.amazonaws.com',
        port: 443,
      },
    });
  });

  it.each([
    ["curl's form type, base64-encoded, in the relaxed notation", 'submit-curl-form', '192.0.2.77'],
    ['no Content-Type, base64-encoded', 'submit-no-content-type', '192.0.2.77'],
    ['headers given twice, combined by commas', 'submit-combined-headers', '192.0.2.77'],
    ["a stage whose name is in the path's front", 'submit-named-stage', '192.0.2.77'],
    ['a client with an IPv6 address', 'submit-ipv6', '2001:db8:85a3::8a2e:370:7334'],
  ])('takes a mail from %s', async (_, event, client) => {
    const { answer, mails } = await relay.post(event);
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json).toMatchObject({
      'smtp.remotehost': client,
      'smtp.response': { error: 0, code: '250', outcome: 'accepted' },
    });
    expect(mails).toHaveLength(1);
  });

  it('keeps a body whole, a line with a lone dot included', async () => {
    const { mails } = await relay.post('submit-no-content-type');
    const mail = await simpleParser(mails[0]?.source ?? '');
    expect(mail.text?.trimEnd()).toBe('Hello, cat.\n.\nAfter a lone dot.');
  });

  it("takes the client's address from the platform, not from X-Forwarded-For", async () => {
    const { answer, mails } = await relay.post('submit-forged-forwarded-for');
    expect(answer.statusCode).toBe(403);
    expect(answer.json).toMatchObject({
      'smtp.remotehost': '198.51.100.7',
      'smtp.response': { error: 1, code: '500', dsn: '5.7.1', command: 'AUTH', outcome: 'rejected' },
    });
    expect(mails).toEqual([]);
  });

  it("knows a role's session by the role's entry, and refuses a principal without one", async () => {
    const role = await relay.post('submit-iam-role');
    expect(role.answer.statusCode, role.answer.body).toBe(200);
    expect(role.mails).toHaveLength(1);
    expect(relay.lambda.log()).toContain(
      '"user":"arn:aws:sts::123456789012:assumed-role/Newsletter/i-0123456789abcdef0"',
    );
    const stranger = await relay.post('submit-iam-stranger');
    expect(stranger.answer.statusCode).toBe(403);
    expect(stranger.answer.json).toMatchObject({
      'smtp.remotehost': '192.0.2.77',
      'smtp.response': { error: 1, code: '500', dsn: '5.7.1', command: 'AUTH', outcome: 'rejected' },
    });
    expect(stranger.mails).toEqual([]);
  });

  it('trusts neither the address nor the password of a page of another site', async () => {
    const { answer, mails } = await relay.post('submit-foreign-page');
    expect(answer.statusCode, answer.body).toBe(403);
    expect(mails).toEqual([]);
  });

  it.each(['submit-permitted-page', 'submit-own-page'])('takes a mail from a page: %s', async (event) => {
    const { answer, mails } = await relay.post(event);
    expect(answer.statusCode, answer.body).toBe(200);
    expect(mails).toHaveLength(1);
  });

  it('answers the other paths', async () => {
    const neko = await relay.post('get-neko');
    expect(neko.answer).toMatchObject({ statusCode: 200, body: 'Nyaaaaa' });
    const unknown = await relay.post('get-unknown');
    expect(unknown.answer.statusCode).toBe(404);
    expect(unknown.answer.json).toMatchObject({
      'smtp.response': { error: 1, code: '421', command: 'HTTP' },
    });
    const submit = await relay.post('get-submit');
    expect(submit.answer.statusCode).toBe(405);
    expect(submit.answer.headers).toMatchObject({ allow: 'POST' });
  });

  it('explains a route to an admin from a chunk of its own, and sends nothing', async () => {
    const { answer, mails } = await relay.post('route-iam-admin');
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json).toMatchObject({
      route: { entry: 'default', host: 'smtp.example.test' },
      credential: { name: 'smarthost', version: '1', username: 'k****', found: true },
      // only principals get in there
      refusals: [{ phase: 'auth', status: 403 }],
      warnings: [],
    });
    expect(answer.body).not.toContain('nyaa-nyaa-secret');
    expect(mails).toEqual([]);
  });

  it('still sends when the cold start took 20 s of the time', async () => {
    const { answer, mails } = await relay.post('submit-json', 20_000);
    expect(answer.statusCode, answer.body).toBe(200);
    expect(mails).toHaveLength(1);
  });

  it('sends nothing when too little time is left to know what became of it', async () => {
    const { answer, mails } = await relay.post('submit-json', 25_000);
    expect(answer.statusCode, answer.body).toBe(503);
    expect(answer.json).toMatchObject({ 'smtp.response': { error: 1, outcome: 'deferred' } });
    expect(mails).toEqual([]);
  });

  it('answers before API Gateway gives up when the smarthost is silent', async () => {
    const { answer } = await relay.post('submit-silent-relay', 25_000);
    expect(answer.ms).toBeLessThan(4_000);
    expect(answer.statusCode, answer.body).toBe(503);
    expect(answer.json).toMatchObject({ 'smtp.response': { error: 1, outcome: 'deferred' } });
    expect(answer.headers).toHaveProperty('retry-after');
  });

  it('logs one line of JSON a session, with no body, subject or credential in it', async () => {
    const before = relay.lambda.log().length;
    await relay.post('submit-json');
    const lines = linesOf(relay, before).filter((line) => !line.includes('"message":"metrics"'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: 'session',
      level: 'INFO',
      requestId: expect.stringMatching(/^0{8}-0{4}-4000-8000-\d{12}$/),
      queueid: expect.any(String),
      client: '192.0.2.77',
    });
    for (const secret of ['にゃーん', 'テスト', 'nyaa-nyaa-secret']) {
      expect(relay.lambda.log()).not.toContain(secret);
    }
  });

  it('lets nobody in without a signature where the stack has IAM authorization', async () => {
    const closed = await startRelay(node, folder, { variables: { HAINEKO_AUTHORIZATION: 'iam' } });
    try {
      expect((await closed.post('submit-json')).answer.statusCode).toBe(403);
      expect((await closed.post('submit-iam-role')).answer.statusCode).toBe(200);
    } finally {
      await closed.stop();
    }
  });

  it('writes a line a session that CloudWatch makes metrics of', async () => {
    const before = relay.lambda.log().length;
    await relay.post('submit-json');
    const lines = linesOf(relay, before).filter((line) => line.includes('"_aws"'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'INFO',
      message: 'metrics',
      requestId: expect.any(String),
    });
    const stage = 'production';
    const found = readMetrics(lines[0] ?? '');
    const one = { unit: 'Count', values: [1] };
    expect(found).toEqual([
      { ...one, name: 'Submissions', dimensions: { stage } },
      { name: 'TableAge', unit: 'Seconds', dimensions: { stage }, values: [expect.any(Number)] },
      { ...one, name: 'Replies', dimensions: { stage, mailer: 'ESMTP', outcome: 'accepted' } },
      { ...one, name: 'Replies', dimensions: { stage, outcome: 'accepted' } },
      {
        name: 'RelayTime',
        unit: 'Milliseconds',
        dimensions: { stage, mailer: 'ESMTP' },
        values: [expect.any(Number)],
      },
      {
        name: 'RelayTime',
        unit: 'Milliseconds',
        dimensions: { stage },
        values: [expect.any(Number)],
      },
    ]);
  });

  it('writes what fails in SSM at once, and counts a submission without tables', async () => {
    const failing = await startRelay(node, folder, { fault: 'access-denied' });
    try {
      const dimensions = { stage: 'production' };
      const counted = () =>
        linesOf(failing, 0)
          .filter((line) => line.includes('"_aws"'))
          .flatMap(readMetrics);
      const failures = [{ name: 'SsmFailures', unit: 'Count', dimensions, values: [1] }];
      await expect.poll(counted).toEqual(failures);
      expect((await failing.post('submit-json')).answer.statusCode).toBe(503);
      await expect.poll(counted).toContainEqual({
        name: 'Replies',
        unit: 'Count',
        dimensions: { ...dimensions, mailer: 'none', outcome: 'deferred' },
        values: [1],
      });
      expect(counted().map(({ name }) => name)).not.toContain('TableAge');
    } finally {
      await failing.stop();
    }
  });
});
