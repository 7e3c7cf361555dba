import { afterEach, describe, expect, test, vi } from 'vitest';
import { basic, MAIL, world } from '../unit/app/world.ts';
import { keyedWorld, said } from './keyed-world.ts';
import { ROW_STORES, type RowStore } from './row-stores.ts';

const KEY = { 'idempotency-key': 'nyaa-1' };
const [TO, CC] = ['mi-chan@example.org', 'tama@example.org'];
const HAINEKO = basic('haineko', 'kijitora');
const ELSEWHERE = { address: '203.0.113.9', port: null };

type Told = {
  readonly queueid: string;
  readonly addresser: string;
  readonly received: string;
  readonly recipients: readonly Record<string, unknown>[];
};

let disposed: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(disposed.map((dispose) => dispose()));
  disposed = [];
});

async function open(make: () => Promise<RowStore>, tables = {}) {
  const store = await make();
  disposed.push(store.dispose);
  const made = keyedWorld(store.open, tables);
  /** What somebody is told of a mail. */
  const status = async (queueid: unknown, request: object = {}) => {
    const asked = { method: 'GET', path: `/status/${queueid}`, body: '', ...request };
    const { status: code, json } = await made.instance().ask(asked);
    return { code, told: json as Told };
  };
  return { ...made, status };
}

describe.each(Object.entries(ROW_STORES))('GET /status, the journal in %s:', (_, make) => {
  test.each([
    ['without a key', {}],
    ['with one', KEY],
  ])('tells each recipient’s outcome and attempts, of a mail %s', async (_name, headers) => {
    const { instance, fates, status, now } = await open(make, {
      mailertable: { default: { mailer: 'Kept', retry: 1, sleep: 0 } },
    });
    fates.set(TO, [said('deferred', '451')]);
    fates.set(CC, [{ ...said('rejected', '550'), host: 'mx.example.org', port: 25, cause: 'secret' }]);
    const rcpt = [TO, 'nobody@example.net', CC];
    const { json } = await instance().post({ ...MAIL, rcpt }, { headers });
    const { code, told } = await status(json['smtp.queueid']);
    expect(code).toBe(200);
    const reply = (code: string, outcome: string) => ({
      ...{ mailer: 'Kept', host: null, port: null, dsn: null, command: 'DATA' },
      ...{ code, message: [`${code} ${outcome}`] },
    });
    const time = new Date(now()).toISOString();
    const refused = { ...reply('550', 'rejected'), host: 'mx.example.org', port: 25 };
    expect(told).toEqual({
      queueid: json['smtp.queueid'],
      addresser: MAIL.mail,
      received: time,
      recipients: [
        {
          ...{ rcpt: TO, state: 'settled', outcome: 'accepted', next: null, reply: reply('250', 'accepted') },
          attempts: [
            { time, outcome: 'deferred', ...reply('451', 'deferred') },
            { time, outcome: 'accepted', ...reply('250', 'accepted') },
          ],
        },
        {
          ...{ rcpt: 'nobody@example.net', state: 'settled', outcome: 'rejected', next: null, attempts: [] },
          reply: expect.objectContaining({ code: '553', mailer: null }),
        },
        {
          ...{ rcpt: CC, state: 'settled', outcome: 'rejected', next: null, reply: refused },
          attempts: [{ time, outcome: 'rejected', ...refused }],
        },
      ],
    });
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  test('tells of one that is being tried, and of one whose relay died', async () => {
    const { instance, fates, tried, status, pass, hanging } = await open(make);
    fates.set(TO, ['hang before']);
    fates.set(CC, ['hang after']);
    const mail = { ...MAIL, rcpt: [TO, CC] };
    void instance().post(mail, { headers: KEY });
    await vi.waitFor(() => expect(hanging()).toBe(2));
    const states = async () => {
      const { told } = await status(tried[0]);
      return told.recipients.map(({ state, outcome }) => [state, outcome]);
    };
    // the mark is made when the mailer has it
    await vi.waitFor(async () =>
      expect(await states()).toEqual([
        ['claimed', null],
        ['committing', null],
      ]),
    );
    pass(23);
    expect(await states()).toEqual([
      ['claimed', 'deferred'],
      ['committing', 'unknown'],
    ]);
    await instance().post(mail, { headers: KEY });
    expect(await states()).toEqual([
      ['settled', 'accepted'],
      ['settled', 'unknown'],
    ]);
  });

  test('is for who sent it, for admins and on loopback; to others it is not there', async () => {
    const { instance, status } = await open(make);
    const mine = await instance().post(MAIL, { headers: HAINEKO, remote: ELSEWHERE });
    const queueid = mine.json['smtp.queueid'];
    const asks: [object, number][] = [
      [{ headers: HAINEKO, remote: ELSEWHERE }, 200],
      [{ headers: basic('admin', 'kijitora'), remote: ELSEWHERE }, 200],
      [{}, 200],
      [{ foreign: true }, 404],
      [{ headers: basic('narrow', 'kijitora'), remote: ELSEWHERE }, 404],
      [{ remote: ELSEWHERE }, 404],
      [{ headers: basic('haineko', 'wrong'), remote: ELSEWHERE }, 401],
    ];
    for (const [request, code] of asks)
      expect([request, (await status(queueid, request)).code]).toEqual([request, code]);
    const client = { remote: { address: '192.0.2.7', port: null } };
    const theirs = await instance().post(MAIL, client);
    expect((await status(theirs.json['smtp.queueid'], client)).code).toBe(200);
    expect(
      (await status(theirs.json['smtp.queueid'], { remote: { address: '192.0.2.8', port: null } })).code,
    ).toBe(404);
  });

  test('is kept for the days of the journal, and no longer', async () => {
    const { instance, status, pass } = await open(make);
    const { json } = await instance().post(MAIL);
    pass(30 * 86_400 - 1);
    expect((await status(json['smtp.queueid'])).code).toBe(200);
    pass(2);
    expect((await status(json['smtp.queueid'])).code).toBe(404);
  });

  test('holds a thousand recipients', async () => {
    const { instance, status } = await open(make, {
      'haineko.cf': { max_rcpts_per_message: 0, max_workers: 50 },
    });
    const rcpt = Array.from({ length: 1000 }, (_each, at) => `neko${at}@example.org`);
    for (const headers of [{}, KEY]) {
      const { json, status: code } = await instance().post({ ...MAIL, rcpt }, { headers });
      expect(code).toBe(200);
      const { told } = await status(json['smtp.queueid']);
      expect(told.recipients.map((each) => each['rcpt'])).toEqual(rcpt);
    }
  });
});

const memory = async () => open(ROW_STORES['memory'] as () => Promise<RowStore>);

test('GET /status takes GET and HEAD, and no name of a file', async () => {
  const { instance, status } = await memory();
  const { json } = await instance().post(MAIL);
  const path = `/status/${json['smtp.queueid']}`;
  const posted = await instance().ask({ path });
  expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, HEAD']);
  expect((await instance().ask({ path, method: 'HEAD', body: '' })).body).toBe('');
  for (const wrong of ['', 'x', '../etc/passwd', '0123456789abcde/', `${json['smtp.queueid']}x`, '%2e%2e'])
    expect((await status(wrong)).code).toBe(404);
});

test('without a journal, and where only mails with a key are written down, a mail is not there', async () => {
  const { ask, post } = world();
  const { json } = await post(MAIL);
  expect((await ask({ method: 'GET', path: `/status/${json['smtp.queueid']}`, body: '' })).status).toBe(404);
  const { instance, status } = await memory();
  const silent = await instance({}, false).post(MAIL);
  expect((await status(silent.json['smtp.queueid'])).code).toBe(404);
  const keyed = await instance({}, false).post(MAIL, { headers: KEY });
  expect((await status(keyed.json['smtp.queueid'])).code).toBe(200);
});

test('a mail is answered for though nothing can be written down of it, and the log says so', async () => {
  const fails = async () => Promise.reject(new Error('a full disk'));
  const { ask, lines } = world({}, { journal: { everyMail: true, load: fails } });
  expect((await ask()).status).toBe(200);
  expect(lines).toContainEqual(
    expect.objectContaining({ message: 'journal', problem: expect.stringContaining('a full disk') }),
  );
  const silent = world({}, { journal: { everyMail: true, load: () => new Promise(() => {}) } });
  const begun = Date.now();
  expect((await silent.ask({ deadline: begun + 2500 })).status).toBe(200);
  expect(Date.now() - begun).toBeLessThan(2900);
});
