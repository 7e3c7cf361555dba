import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AllDocuments } from '../../functions/store/snapshot.ts';
import { basic, MAIL } from '../unit/app/world.ts';
import { keyedWorld, said } from './keyed-world.ts';
import { ROW_STORES, type RowStore } from './row-stores.ts';

const KEY = { 'idempotency-key': '"nyaa-1"', 'user-agent': 'neko/1.0' };
const [TO, CC, BCC] = ['mi-chan@example.org', 'tama@example.org', 'mike@example.org'];
const THREE = { ...MAIL, rcpt: [TO, CC, BCC] };
const FOUR = { ...MAIL, rcpt: [TO, 'nobody@example.net', CC] };

let disposed: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(disposed.map((dispose) => dispose()));
  disposed = [];
});

async function open(make: () => Promise<RowStore>, tables?: AllDocuments) {
  const store = await make();
  disposed.push(store.dispose);
  return keyedWorld(store.open, tables);
}

const outcomes = ({ json }: { json: Record<string, unknown> }) =>
  (json['smtp.responses'] as { outcome: string; rcpt: string }[]).map(({ outcome }) => outcome);

describe.each(Object.entries(ROW_STORES))('an Idempotency-Key, its journal in %s:', (_, make) => {
  test('the same request has the same answer, and its mail goes once', async () => {
    const { instance, sent } = await open(make);
    const first = await instance().post(MAIL, { headers: KEY });
    const again = await instance().post(MAIL, { headers: { ...KEY, 'user-agent': 'another/2' } });
    expect(first.status).toBe(200);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again).toEqual({ ...first, headers: { ...first.headers, 'idempotency-replayed': 'true' } });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['rejected', '550', 422],
    ['unknown', '421', 409],
  ] as const)('%s is an answer too, with its status', async (outcome, code, status) => {
    const { instance, sent, fates } = await open(make);
    fates.set(TO, [said(outcome, code)]);
    const first = await instance().post(MAIL, { headers: KEY });
    const again = await instance().post(MAIL, { headers: KEY });
    expect([first.status, again.status, again.body]).toEqual([status, status, first.body]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(sent).toEqual([]);
  });

  test('another body with the same key is refused', async () => {
    const { instance, sent } = await open(make);
    await instance().post(MAIL, { headers: KEY });
    const other = await instance().post({ ...MAIL, body: 'Woof.' }, { headers: KEY });
    expect(other.status).toBe(422);
    expect(other.json['smtp.response']).toMatchObject({ code: '501', dsn: '5.5.4', command: 'HTTP' });
    expect(sent).toHaveLength(1);
  });

  test('a key is its sender’s own: another user, another address have others', async () => {
    const { instance, sent } = await open(make);
    const as = (user: string) => ({ headers: { ...KEY, ...basic(user, 'kijitora') } });
    const from = (address: string) => ({ headers: KEY, remote: { address, port: null } });
    const all = [as('haineko'), as('admin'), from('127.0.0.1'), from('192.0.2.1')];
    for (const request of all) expect((await instance().post(MAIL, request)).status).toBe(200);
    expect(sent).toHaveLength(4);
    for (const request of all) {
      const { headers } = await instance().post(MAIL, request);
      expect(headers['idempotency-replayed']).toBe('true');
    }
    expect(sent).toHaveLength(4);
  });

  test('one in flight is told so, and when to ask again', async () => {
    const { instance, sent, fates, wake, hanging } = await open(make);
    fates.set(TO, ['hang before']);
    const first = instance().post(MAIL, { headers: KEY });
    await vi.waitFor(() => expect(hanging()).toBe(1));
    const second = instance();
    const meanwhile = await second.post(MAIL, { headers: KEY });
    expect(meanwhile.status).toBe(409);
    expect(meanwhile.headers['retry-after']).toBe('5');
    expect(meanwhile.json['smtp.response']).toMatchObject({ outcome: 'unknown', command: 'HTTP' });
    // the alarm on unknown is for mails that nobody will ever tell of
    expect(second.measured).toEqual([expect.not.objectContaining({ Replies: 1 })]);
    wake();
    expect((await first).status).toBe(200);
    expect((await instance().post(MAIL, { headers: KEY })).headers['idempotency-replayed']).toBe('true');
    expect(sent).toHaveLength(1);
  });

  test('many at once: one mail', async () => {
    const { instance, sent } = await open(make);
    const all = await Promise.all(Array.from({ length: 10 }, () => instance().post(MAIL, { headers: KEY })));
    expect(all.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(all.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(sent).toHaveLength(1);
  });

  test('recipients that were deferred run again, and they alone, as the same mail', async () => {
    const { instance, sent, fates } = await open(make);
    fates.set(CC, [said('deferred', '451'), said('deferred', '451')]);
    fates.set(BCC, [said('rejected', '550')]);
    const first = await instance().post(THREE, { headers: KEY });
    expect([first.status, outcomes(first)]).toEqual([207, ['accepted', 'deferred', 'rejected']]);
    const second = await instance().post(THREE, { headers: KEY });
    expect([second.status, outcomes(second)]).toEqual([207, ['accepted', 'deferred', 'rejected']]);
    const third = await instance().post(THREE, { headers: KEY });
    expect([third.status, outcomes(third)]).toEqual([207, ['accepted', 'accepted', 'rejected']]);
    const fourth = await instance().post(THREE, { headers: KEY });
    expect([fourth.body, fourth.headers['idempotency-replayed']]).toEqual([third.body, 'true']);
    expect(sent.map(({ to }) => to)).toEqual([TO, CC]);
    const [mine, others] = sent;
    expect(others?.queueid).toBe(mine?.queueid);
    expect(first.json['smtp.queueid']).toBe(third.json['smtp.queueid']);
    expect(first.json['smtp.timestamp']).toEqual(third.json['smtp.timestamp']);
  });

  test('a mail that was deferred has the Message-Id that it would have had', async () => {
    const { instance, sent, fates, pass } = await open(make);
    const plain = { ...MAIL, rcpt: [TO, CC] };
    await instance().post(plain, { headers: { ...KEY, 'idempotency-key': 'other' } });
    fates.set(CC, [said('deferred', '451')]);
    await instance().post(plain, { headers: KEY });
    pass(600);
    await instance().post(plain, { headers: KEY });
    const ids = (mails: typeof sent) => mails.map(({ id, queueid }) => id.replace(queueid, 'Q')).sort();
    expect(ids(sent.slice(2))).toEqual(ids(sent.slice(0, 2)));
    expect(new Set(ids(sent)).size).toBe(2);
  });

  test('a death before the mark: it runs again, once its lease is over', async () => {
    const { instance, sent, fates, pass, hanging } = await open(make);
    fates.set(CC, ['hang before']);
    void instance().post(THREE, { headers: KEY });
    await vi.waitFor(() => expect([hanging(), sent.length]).toEqual([1, 2]));
    expect((await instance().post(THREE, { headers: KEY })).status).toBe(409);
    pass(23);
    const again = await instance().post(THREE, { headers: KEY });
    expect([again.status, outcomes(again)]).toEqual([200, ['accepted', 'accepted', 'accepted']]);
    expect(sent.map(({ to }) => to).sort()).toEqual([TO, BCC, CC].sort());
  });

  test('a death after the mark: it is unknown, and never runs again', async () => {
    const { instance, sent, fates, pass, hanging } = await open(make);
    fates.set(CC, ['hang after']);
    void instance().post(THREE, { headers: KEY });
    await vi.waitFor(() => expect([hanging(), sent.length]).toEqual([1, 2]));
    pass(23);
    const again = await instance().post(THREE, { headers: KEY });
    expect([again.status, outcomes(again)]).toEqual([207, ['accepted', 'unknown', 'accepted']]);
    expect(again.json['smtp.response']).toMatchObject({ outcome: 'unknown', rcpt: CC });
    const replay = await instance().post(THREE, { headers: KEY });
    expect([replay.body, replay.headers['idempotency-replayed']]).toEqual([again.body, 'true']);
    expect(sent.map(({ to }) => to).sort()).toEqual([TO, BCC].sort());
  });

  test('who comes back when another has taken his mail over sends nothing', async () => {
    const { instance, sent, fates, pass, wake, hanging } = await open(make);
    fates.set(TO, ['hang before']);
    const slow = instance();
    const late = slow.post(MAIL, { headers: KEY });
    await vi.waitFor(() => expect(hanging()).toBe(1));
    pass(23);
    expect((await instance().post(MAIL, { headers: KEY })).status).toBe(200);
    wake();
    expect(outcomes(await late)).toEqual(['unknown']);
    expect(sent).toHaveLength(1);
    expect((await instance().post(MAIL, { headers: KEY })).status).toBe(200);
  });

  test('a refusal before anything was begun is no answer: mended, the same key sends it', async () => {
    const { instance, sent } = await open(make);
    for (const wrong of ['{', JSON.stringify({ ...MAIL, header: {} })]) {
      expect((await instance().ask({ body: wrong, headers: KEY })).status).toBe(400);
    }
    expect((await instance().post(MAIL, { headers: KEY })).status).toBe(200);
    expect(sent).toHaveLength(1);
    expect((await instance().post({ ...MAIL, body: 'Woof.' }, { headers: KEY })).status).toBe(422);
  });

  test('a recipient that is refused has its reply at every attempt', async () => {
    const { instance, fates } = await open(make);
    fates.set(CC, [said('deferred', '451')]);
    const first = await instance().post(FOUR, { headers: KEY });
    expect(outcomes(first)).toEqual(['accepted', 'rejected', 'deferred']);
    const second = await instance().post(FOUR, { headers: KEY });
    expect(outcomes(second)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(second.json['smtp.recipient']).toEqual([TO, 'nobody@example.net', CC]);
  });

  test('a key is forgotten after its hours, a day where nothing is said', async () => {
    const { instance, sent, pass } = await open(make);
    await instance().post(MAIL, { headers: KEY });
    pass(86_399);
    await instance().post(MAIL, { headers: KEY });
    expect(sent).toHaveLength(1);
    pass(2);
    await instance({ keyHours: 1 }).post(MAIL, { headers: KEY });
    expect(sent).toHaveLength(2);
    pass(3602);
    await instance().post(MAIL, { headers: KEY });
    expect(sent).toHaveLength(3);
  });

  test('an answer that is too large to be kept is made again of the deliveries', async () => {
    const { instance, sent, fates } = await open(make, { 'haineko.cf': { max_rcpts_per_message: 0 } });
    const rcpt = Array.from({ length: 30 }, (_, at) => `neko${at}@example.org`);
    const wordy = { ...said('rejected', '550'), message: Array(20).fill('x'.repeat(1000)) };
    for (const to of rcpt.slice(1)) fates.set(to, [wordy]);
    const first = await instance().post({ ...MAIL, rcpt }, { headers: KEY });
    const again = await instance().post({ ...MAIL, rcpt }, { headers: KEY });
    expect(first.body.length).toBeGreaterThan(500_000);
    expect([again.status, outcomes(again)]).toEqual([207, outcomes(first)]);
    expect(sent).toHaveLength(1);
  });
});

test('a mail that has gone stays gone, though tables or clients would not let it by now', async () => {
  const store = await ROW_STORES['memory']?.();
  if (!store) throw new Error('no store');
  const before = keyedWorld(store.open);
  before.fates.set(CC, [said('deferred', '451')]);
  await before.instance().post(THREE, { headers: KEY });
  const after = keyedWorld(store.open, { recipients: { domainpart: [], recipients: [TO] } });
  const again = await after.instance().post(THREE, { headers: KEY });
  expect(outcomes(again)).toEqual(['accepted', 'rejected', 'accepted']);
  expect(after.sent).toEqual([]);
  const closed = keyedWorld(store.open, { 'haineko.cf': { max_rcpts_per_message: 1 } });
  const { status, json } = await closed.instance().post(THREE, { headers: KEY });
  expect([status, outcomes({ json })]).toEqual([207, ['accepted', 'rejected', 'accepted']]);
});
