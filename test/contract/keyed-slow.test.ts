import { expect, test, vi } from 'vitest';
import type { Row } from '../../functions/store/rows.ts';
import { MAIL } from '../unit/app/world.ts';
import { keyedWorld, said } from './keyed-world.ts';
import { sharedRows } from './shared-rows.ts';

const KEY = { 'idempotency-key': 'nyaa-1' };
const [TO] = MAIL.rcpt as [string];
const RETRY = (retry: number, sleep = 0) => ({ mailertable: { default: { mailer: 'Kept', retry, sleep } } });

const outcome = ({ json }: { json: Record<string, unknown> }) =>
  (json['smtp.response'] as { outcome: string }).outcome;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Rows of which one write is slow, before it is made or after. */
function slowed(slow: (row: Row, turn: number) => { before?: number; after?: number } | undefined) {
  let turn = 0;
  return sharedRows((rows) => ({
    async replace(row, before) {
      turn += 1;
      const how = slow(row, turn);
      if (how?.before) await pause(how.before);
      const made = await rows.replace(row, before);
      if (how?.after) await pause(how.after);
      return made;
    },
  }));
}

test.each([
  ['the key', 1, 'unknown'],
  ['a claim', 2, 'unknown'],
  ['taking the mark back', 4, 'deferred'],
])('an answer does not wait for a journal that is slow: %s', async (_, which, told) => {
  const open = slowed((_row, turn) => (turn === which ? { before: 4000 } : undefined));
  const { instance, fates, now } = keyedWorld(open, RETRY(1));
  fates.set(TO, [said('deferred', '451'), said('deferred', '451')]);
  const begun = Date.now();
  const made = await instance().ask({ headers: KEY, deadline: now() + 2500 });
  expect(outcome(made)).toBe(told);
  // the clock of this world stands still: each of three writes may take all that is left
  expect(Date.now() - begun).toBeLessThan(8000);
});

test.each([
  ['without a retry', 0, 503, 'deferred'],
  ['with one', 1, 200, 'accepted'],
])('a mark that is still being written when the try ends is our own, %s', async (_, retry, status, told) => {
  let marks = 0;
  const open = slowed((row) =>
    row.text.includes('"committing"') && marks++ === 0 ? { after: 100 } : undefined,
  );
  const { instance, fates, sent } = keyedWorld(open, RETRY(retry));
  fates.set(TO, ['gone before']);
  const made = await instance().post(MAIL, { headers: KEY });
  expect([made.status, outcome(made)]).toEqual([status, told]);
  const again = await instance().post(MAIL, { headers: KEY });
  expect([again.status, outcome(again), sent.length]).toEqual([200, 'accepted', 1]);
});

test('a death while a deferred mail waits for its next try leaves one that runs again', async () => {
  const states: string[] = [];
  const open = slowed((row) => void states.push((JSON.parse(row.text) as { state: string }).state));
  const { instance, fates, sent, pass, now } = keyedWorld(open, RETRY(1, 30));
  fates.set(TO, [said('deferred', '451')]);
  void instance().ask({ headers: KEY, deadline: now() + 60_000 });
  await vi.waitFor(() => expect(states).toEqual(['open', 'claimed', 'committing', 'claimed']));
  pass(63);
  expect(outcome(await instance().ask({ headers: KEY }))).toBe('accepted');
  expect(sent).toHaveLength(1);
});
