import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { type DynamoDbDouble, startDynamoDb } from '../doubles/dynamodb.ts';
import { readMetrics } from '../unit/app/embedded-metrics.ts';
import { header } from './lambda.ts';
import { startRelay, type TestRelay } from './relay.ts';

const MAIL = 'submit-json';

const temporary = mkdtempSync(join(tmpdir(), 'haineko-bundle-journal-'));
const folder = join(temporary, 'submit');
bundle(folder);
let dynamodb: DynamoDbDouble;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(async () => {
  await dynamodb.stop();
  rmSync(temporary, { recursive: true, force: true });
});

const nodes = [execPath, ...(env['HAINEKO_NODE24'] ? [env['HAINEKO_NODE24']] : [])];

describe.each(nodes)('the bundle with the journal’s table, on %s,', (node) => {
  const relays: TestRelay[] = [];
  const start = async (variables: Record<string, string> = {}) => {
    const journal = { HAINEKO_JOURNAL: dynamodb.table, AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url };
    const relay = await startRelay(node, folder, { variables: { ...journal, ...variables } });
    relays.push(relay);
    return relay;
  };
  afterAll(() => Promise.all(relays.map((relay) => relay.stop())));

  it('answers the same key as before, whichever instance is asked, and sends its mail once', async () => {
    const [one, other] = [await start(), await start()];
    const headers = { 'idempotency-key': `"${node}"` };
    const first = await one.post(MAIL, 0, headers);
    const again = await other.post(MAIL, 0, headers);
    expect([first.answer.statusCode, first.mails.length, again.mails.length]).toEqual([200, 1, 0]);
    expect(again.answer.body).toBe(first.answer.body);
    expect(header(again.answer, 'idempotency-replayed')).toBe('true');
    const asked = await other.get(`/status/${first.answer.json['smtp.queueid']}`, MAIL);
    expect(asked.json).toMatchObject({ recipients: [{ outcome: 'accepted', state: 'settled' }] });
  });

  it('tells what became of a mail without a key, unless the stack says that it is not wished', async () => {
    for (const [variables, status] of [
      [{}, 200],
      [{ HAINEKO_STATUS: 'off' }, 404],
    ] as const) {
      const relay = await start(variables);
      const { answer } = await relay.post(MAIL);
      const asked = await relay.get(`/status/${answer.json['smtp.queueid']}`, MAIL);
      expect([answer.statusCode, asked.statusCode]).toEqual([200, status]);
    }
  });

  it('answers for a mail, and defers one with a key, where the table is out of reach', {
    timeout: 60_000,
  }, async () => {
    const relay = await start({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' });
    const plain = await relay.post(MAIL);
    expect([plain.answer.statusCode, plain.mails.length]).toEqual([200, 1]);
    const keyed = await relay.post(MAIL, 0, { 'idempotency-key': 'neko' });
    expect([keyed.answer.statusCode, keyed.mails.length]).toEqual([503, 0]);
    const lines = relay.lambda.log().split('\n');
    expect(lines.filter((line) => line.includes('DynamoDB, PutItem')).length).toBe(2);
    const failures = lines.filter((line) => line.includes('"JournalFailures"')).flatMap(readMetrics);
    expect(failures.map(({ name, dimensions }) => [name, dimensions])).toEqual(
      Array(2).fill(['JournalFailures', { stage: 'production' }]),
    );
  });

  it('forgets keys and mails after the hours and days that the stack says', async () => {
    const before = (await dynamodb.expiries()).length;
    const relay = await start({ HAINEKO_KEY_HOURS: '1', HAINEKO_JOURNAL_DAYS: '2' });
    const { answer } = await relay.post(MAIL, 0, { 'idempotency-key': `${node.length}-hours` });
    expect(answer.statusCode).toBe(200);
    const now = Date.now() / 1000;
    const expiries = await dynamodb.expiries(String(answer.json['smtp.queueid']));
    for (const expires of expiries)
      expect(expires - now).toSatisfy((left: number) => left > 176_300 && left < 176_500);
    expect(expiries.length).toBe(1);
    const hours = (await dynamodb.expiries(undefined)).filter((expires) => expires - now < 3700);
    expect(hours.filter((expires) => expires - now > 3500)).toHaveLength(nodes.indexOf(node) + 1);
    expect(await dynamodb.expiries()).toHaveLength(before + 2);
  });
});
