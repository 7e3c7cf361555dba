import { expect, test, vi } from 'vitest';
import { memoryRows } from '../../functions/store/memory-rows.ts';
import { type Rows, RowsUnavailable } from '../../functions/store/rows.ts';
import { SourceUnavailable } from '../../functions/store/source.ts';
import { MAIL, world } from '../unit/app/world.ts';
import { keyedWorld, said } from './keyed-world.ts';
import { sharedRows } from './shared-rows.ts';

const KEY = { 'idempotency-key': 'nyaa-1' };
const [TO] = MAIL.rcpt as [string];

/** Rows of which the writes fail that `fails` names by their turn, from 1; `written`: made all the same, the answer lost. */
function failing(fails: (turn: number) => 'lost' | 'written' | undefined) {
  let turn = 0;
  return sharedRows((rows) => ({
    async replace(row, before) {
      turn += 1;
      const how = fails(turn);
      const made = how !== 'lost' && (await rows.replace(row, before));
      if (how !== undefined) throw new RowsUnavailable('the table is out of reach');
      return made;
    },
  }));
}

const at = (which: number, how: 'lost' | 'written' = 'lost') =>
  failing((turn) => (turn === which ? how : undefined));
const outcome = ({ json }: { json: Record<string, unknown> }) =>
  (json['smtp.response'] as { outcome: string }).outcome;

test.each([
  ['the key cannot be opened', 1],
  ['the recipient cannot be claimed', 2],
])('nothing is sent where %s: 503, and the log says why', async (_, turn) => {
  const { instance, sent } = keyedWorld(at(turn));
  const { ask, lines } = instance();
  const made = await ask({ headers: KEY });
  expect([made.status, made.headers['retry-after'], sent.length]).toEqual([503, '5', 0]);
  expect(made.json['smtp.response']).toMatchObject({ outcome: 'unknown', command: 'HTTP', dsn: '4.3.0' });
  expect(JSON.stringify(lines)).not.toContain('500');
  // and nobody waits for a lease: what was claimed was given back
  expect((await ask({ headers: KEY })).status).toBe(200);
  expect(sent).toHaveLength(1);
});

test('a mark that was taken back by a write whose answer was lost is made anew before the mail goes', async () => {
  const { instance, fates, sent, pass, hanging } = keyedWorld(at(4, 'written'), {
    mailertable: { default: { mailer: 'Kept', retry: 1, sleep: 0 } },
  });
  fates.set(TO, [said('deferred', '451'), 'hang after']);
  void instance().ask({ headers: KEY });
  await vi.waitFor(() => expect(hanging()).toBe(1));
  pass(23);
  expect(outcome(await instance().ask({ headers: KEY }))).toBe('unknown');
  expect(sent).toEqual([]);
});

test.each(['lost', 'written'] as const)(
  'a mail without its mark is not released (%s), and runs again with its key',
  async (how) => {
    const { instance, sent } = keyedWorld(at(3, how));
    const { ask, lines } = instance();
    const made = await ask({ headers: KEY });
    expect([made.status, outcome(made), sent.length]).toEqual([503, 'deferred', 0]);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'journal', problem: expect.stringContaining('out of reach') }),
    );
    const again = await ask({ headers: KEY });
    expect([again.status, outcome(again), sent.length]).toEqual([200, 'accepted', 1]);
  },
);

test('a reply that cannot be written down is told, and is unknown to who asks again later', async () => {
  const { instance, sent, pass } = keyedWorld(failing((turn) => (turn > 3 && turn < 7 ? 'lost' : undefined)));
  const { ask } = instance();
  expect((await ask({ headers: KEY })).status).toBe(200);
  expect((await ask({ headers: KEY })).status).toBe(409);
  pass(23);
  expect(outcome(await ask({ headers: KEY }))).toBe('unknown');
  expect(sent).toHaveLength(1);
});

test('a reply that could not be written down at once is written down with the answer', async () => {
  const { instance, sent } = keyedWorld(at(4));
  const { ask } = instance();
  const made = await ask({ headers: KEY });
  const asked = await ask({ method: 'GET', path: `/status/${made.json['smtp.queueid']}`, body: '' });
  expect(asked.json).toMatchObject({ recipients: [{ state: 'settled', outcome: 'accepted' }] });
  expect((await ask({ headers: KEY })).headers['idempotency-replayed']).toBe('true');
  expect(sent).toHaveLength(1);
});

test('an answer that cannot be written down is made of the deliveries', async () => {
  const { instance, sent, pass } = keyedWorld(at(5));
  const { ask } = instance();
  expect((await ask({ headers: KEY })).status).toBe(200);
  pass(23);
  const again = await ask({ headers: KEY });
  expect([again.status, outcome(again), sent.length]).toEqual([200, 'accepted', 1]);
  expect((await ask({ headers: KEY })).headers['idempotency-replayed']).toBe('true');
});

test('a journal that is silent does not hold back an answer beyond its time', async () => {
  const open = (now: () => number): Rows => {
    const rows = memoryRows(now);
    let turn = 0;
    const replace: Rows['replace'] = (row, before) => {
      turn += 1;
      return turn < 4 ? rows.replace(row, before) : new Promise(() => {});
    };
    return { ...rows, replace };
  };
  const { instance, sent, now } = keyedWorld(open);
  const made = await instance().ask({ headers: KEY, deadline: now() + 2200 });
  expect([made.status, sent.length]).toEqual([200, 1]);
});

test.each([
  ['without a key one write', {}, [TO], { add: 1 }],
  ['with a key five, and no reading', KEY, [TO], { replace: 5 }],
  [
    'three more for each further recipient',
    KEY,
    [TO, 'tama@example.org', 'mike@example.org'],
    { replace: 11 },
  ],
])('what it costs: %s', async (_, headers, rcpt, calls) => {
  const counted: Record<string, number> = {};
  const { instance } = keyedWorld((now) => {
    const rows = memoryRows(now);
    const counting = (name: keyof Rows) => {
      const method = rows[name] as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        counted[name] = (counted[name] ?? 0) + 1;
        return method(...given);
      };
    };
    return Object.fromEntries(
      (Object.keys(rows) as (keyof Rows)[]).map((name) => [name, counting(name)]),
    ) as Rows;
  });
  expect((await instance().post({ ...MAIL, rcpt }, { headers })).status).toBe(200);
  expect(counted).toEqual(calls);
});

test('a mark taken back: a death between two tries leaves a mail that runs again', async () => {
  const states: string[] = [];
  const { instance, sent, fates } = keyedWorld(
    (now) => {
      const rows = memoryRows(now);
      return {
        ...rows,
        replace(row, before) {
          states.push((JSON.parse(row.text) as { state: string }).state);
          return rows.replace(row, before);
        },
      };
    },
    { mailertable: { default: { mailer: 'Kept', retry: 2, sleep: 0 } } },
  );
  fates.set(TO, [said('deferred', '451')]);
  expect((await instance().ask({ headers: KEY })).status).toBe(200);
  expect(states).toEqual(['open', 'claimed', 'committing', 'claimed', 'committing', 'settled', 'answered']);
  expect(sent).toHaveLength(1);
});

test('a defect before anything was begun keeps nobody waiting: the same key goes on at once', async () => {
  const { instance, sent } = keyedWorld(memoryRows);
  const broken = instance();
  const tables = await broken.context.source.tables();
  const failing = () => Promise.reject(new SourceUnavailable('no routes'));
  const need: typeof tables.need = (wanted) => ('mailertable' in wanted ? failing() : tables.need(wanted));
  Object.assign(broken.context.source, { tables: async () => ({ ...tables, need }) });
  expect((await broken.ask({ headers: KEY })).status).toBe(503);
  const again = instance();
  Object.assign(again.context, { journal: broken.context.journal });
  expect((await again.ask({ headers: KEY })).status).toBe(200);
  expect(sent).toHaveLength(1);
});

test('every reply is measured once, whichever request with the key it was made by', async () => {
  const { instance, fates, pass, hanging } = keyedWorld(failing(() => undefined));
  const rcpt = [TO, 'tama@example.org', 'mike@example.org'];
  const post = async () => {
    const one = instance();
    await one.post({ ...MAIL, rcpt }, { headers: KEY });
    return one.measured.flatMap((each) => ('Replies' in each ? [[each.outcome, each.Replies]] : []));
  };
  fates.set('tama@example.org', [said('deferred', '451')]);
  fates.set('mike@example.org', ['hang after']);
  void post();
  await vi.waitFor(() => expect(hanging()).toBe(1));
  expect(await post()).toEqual([]);
  pass(23);
  // of the one that died nothing was measured
  expect(await post()).toEqual([
    ['accepted', 2],
    ['unknown', 1],
  ]);
  expect(await post()).toEqual([]);
  fates.set(TO, [said('deferred', '451')]);
  const other = { ...KEY, 'idempotency-key': 'other' };
  const twice = [instance(), instance()];
  for (const each of twice) await each.post(MAIL, { headers: other });
  const counted = twice.map(({ measured }) =>
    measured.map((each) => ('Replies' in each ? each.outcome : '-')),
  );
  expect(counted).toEqual([['deferred'], ['accepted']]);
});

test.each([
  ['empty', ''],
  ['two of them', '"a", "b"'],
  ['two without quotes', 'a, b'],
  ['a blank in it', 'a b'],
  ['an open quote', '"a'],
  ['what is not ASCII', '"é"'],
  ['a control character', '"a\tb"'],
  ['an escape of nothing', '"a\\b"'],
  ['parameters', '"a";b=1'],
  ['an empty string', '""'],
  ['too long', 'x'.repeat(256)],
])('a key is refused: %s', async (_, key) => {
  const { instance, sent } = keyedWorld(memoryRows);
  const made = await instance().ask({ headers: { 'idempotency-key': key } });
  expect([made.status, sent.length]).toEqual([400, 0]);
  expect(String((made.json['smtp.response'] as { message: string[] }).message)).toContain('Idempotency-Key');
});

test('a key is the same with its quotes and without', async () => {
  const { instance, sent } = keyedWorld(memoryRows);
  const rows = instance();
  for (const key of [
    'neko-1',
    '"neko-1"',
    ' "neko-1" ',
    '"a \\" \\\\, b"',
    '"a \\" \\\\, b"',
    'x'.repeat(255),
  ])
    expect((await rows.ask({ headers: { 'idempotency-key': key } })).status).toBe(200);
  expect(sent).toHaveLength(3);
});

test('a key without a journal is refused, never ignored; and who may not send writes nothing', async () => {
  const { ask, kept } = world();
  expect((await ask({ headers: KEY })).status).toBe(501);
  expect(kept).toEqual([]);
  const { instance, sent } = keyedWorld(failing(() => 'lost'));
  const stranger = { headers: KEY, remote: { address: '203.0.113.1', port: null } };
  expect((await instance().ask(stranger)).status).toBe(403);
  expect(sent).toEqual([]);
});
