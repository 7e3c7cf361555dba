import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { aging } from '../../functions/store/aging.ts';
import { refusedCredential } from '../../functions/store/refused-credential.ts';
import { TIMES } from '../../functions/store/times.ts';

/** What stands in SSM, and when it is read: a reading takes 20 ms, and finds what stood there as it began. */
function world() {
  let laid = 1;
  let frozen = 0;
  let fault: 'fails' | 'hangs' | undefined;
  const readAt: number[] = [];
  const began = Date.now();
  const clock = { now: () => Date.now() + frozen, random: () => 0.5 };
  const cell = aging<number>(
    async () => {
      readAt.push(clock.now() - began);
      const found = laid;
      const how = fault;
      await new Promise((resolve) => how !== 'hangs' && setTimeout(resolve, 20));
      if (how === 'fails') throw new Error('throttled');
      return found;
    },
    { clock, times: TIMES, stale: () => {} },
  );
  const reread = refusedCredential(cell, { clock, times: TIMES });
  return {
    cell,
    /** Milliseconds from the beginning, a reading each. */
    readAt,
    lay: (version: number) => {
      laid = version;
    },
    meet: (next: typeof fault) => {
      fault = next;
    },
    /** The wall clock goes on, and timers do not. */
    freeze: (ms: number) => {
      frozen += ms;
    },
    /** A request that is refused with a version: the version that it is given, and how long that took. */
    async refused(version = 1) {
      const since = Date.now();
      await reread(String(version), () => cell.peek() !== version);
      return { version: cell.peek(), ms: Date.now() - since };
    },
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** The world with version 1 read in it, `ms` ago. */
async function warm(ms = 10_000) {
  const made = world();
  const reading = made.cell.ensure();
  await pass(20);
  await reading;
  await pass(ms - 20);
  made.readAt.length = 0;
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

describe('refusedCredential()', () => {
  test('reads at once at the first refusal, however young the credential is', async () => {
    const { refused, readAt, lay } = await warm(100);
    lay(2);
    const asked = refused();
    await pass(20);
    expect(await asked).toEqual({ version: 2, ms: 20 });
    expect(readAt).toEqual([100]);
  });

  test('lets who is refused within a second of a reading wait for the next, one for all', async () => {
    const { refused, readAt, lay } = await warm();
    const first = refused();
    await pass(300);
    // the server refuses version 1 by now, and version 2 is laid after the reading
    lay(2);
    const others = [refused(), refused()];
    await pass(400);
    others.push(refused());
    await pass(1000);
    expect((await first).ms).toBe(20);
    expect(await Promise.all(others)).toEqual([
      { version: 2, ms: 720 },
      { version: 2, ms: 720 },
      { version: 2, ms: 320 },
    ]);
    expect(readAt).toEqual([10_000, 11_000]);
  });

  test('does not take the word of a reading that was under way: it may be older than what was laid', async () => {
    const { refused, readAt, lay } = await warm();
    void refused();
    await pass(10);
    lay(2);
    const raced = refused();
    await pass(2000);
    expect(await raced).toEqual({ version: 2, ms: 1010 });
    expect(readAt).toEqual([10_000, 11_000]);
  });

  test('does not take the word of a reading either that was begun for its age', async () => {
    const { cell, refused, readAt, lay } = await warm(50_000);
    cell.ensure();
    await pass(10);
    lay(2);
    const raced = refused();
    await pass(2000);
    expect(await raced).toEqual({ version: 2, ms: 1020 });
    expect(readAt).toEqual([50_000, 51_010]);
  });

  test('gives those who ask together what one reading found, and lets none of them wait for another', async () => {
    const { refused, readAt } = await warm();
    const all = Promise.all(Array.from({ length: 50 }, () => refused()));
    await pass(20);
    expect(new Set((await all).map(({ ms }) => ms))).toEqual(new Set([20]));
    expect(readAt).toHaveLength(1);
  });

  test('reads a credential that is simply wrong every second for 30 s, then every 5 s, and lets nobody wait', async () => {
    const { refused, readAt } = await warm();
    const asked: Promise<{ ms: number }>[] = [];
    for (let at = 0; at < 60_000; at += 20) {
      asked.push(refused());
      await pass(20);
    }
    await pass(1000);
    const waits = (await Promise.all(asked)).map(({ ms }) => ms);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1040);
    expect(Math.max(...waits.slice(30_000 / 20))).toBeLessThanOrEqual(20);
    const early = readAt.filter((at) => at < 40_000);
    expect(early.length).toBeGreaterThanOrEqual(29);
    expect(early.length).toBeLessThanOrEqual(31);
    expect(readAt.length - early.length).toBeLessThanOrEqual(7);
  });

  test('takes a refusal for a first one again after 30 s without any', async () => {
    const { refused, lay } = await warm();
    void refused();
    await pass(29_000);
    void refused();
    await pass(29_000);
    void refused();
    await pass(300);
    // the first refusal is long ago: what a reading has just found is good enough
    expect((await refused()).ms).toBe(0);
    await pass(30_000);
    void refused();
    await pass(100);
    lay(2);
    const waiting = refused();
    await pass(2000);
    expect(await waiting).toEqual({ version: 2, ms: 920 });
  });

  test('has a newer version that is refused too read as one that is refused first', async () => {
    const { refused, readAt, lay } = await warm();
    for (let at = 0; at < 40; at++) {
      void refused();
      await pass(1000);
    }
    lay(2);
    await pass(5000);
    const second = refused();
    await pass(20);
    expect((await second).version).toBe(2);
    readAt.length = 0;
    lay(3);
    const third = refused(2);
    await pass(1000);
    expect(await third).toEqual({ version: 3, ms: 1000 });
    expect(readAt).toHaveLength(1);
  });

  test('gives what is in memory where the reading fails, and reads again a second later', async () => {
    const { refused, readAt, lay, meet } = await warm();
    meet('fails');
    const failing = refused();
    await pass(100);
    expect(await failing).toEqual({ version: 1, ms: 20 });
    lay(2);
    meet(undefined);
    const next = refused();
    await pass(1000);
    expect(await next).toEqual({ version: 2, ms: 920 });
    expect(readAt).toEqual([10_000, 11_000]);
  });

  test('waits for a reading that hangs as long as for any other', async () => {
    const { refused, meet, readAt } = await warm();
    meet('hangs');
    const first = refused();
    await pass(600);
    const second = refused();
    await pass(2000);
    expect([(await first).ms, (await second).ms]).toEqual([1000, 1000]);
    expect(readAt).toHaveLength(1);
  });

  test('reads at once where the clock was set back', async () => {
    const { refused, lay, freeze } = await warm();
    void refused();
    await pass(100);
    freeze(-3_600_000);
    lay(2);
    const asked = refused();
    await pass(20);
    expect(await asked).toEqual({ version: 2, ms: 20 });
  });

  test('goes by the wall clock after a freeze: nobody waits for a timer that stood still', async () => {
    const { refused, readAt, lay, freeze } = await warm();
    void refused();
    await pass(100);
    const waiting = refused();
    await pass(100);
    freeze(5_000);
    lay(2);
    const thawed = refused();
    await pass(20);
    expect(await thawed).toEqual({ version: 2, ms: 20 });
    await pass(2000);
    expect((await waiting).version).toBe(2);
    expect(readAt).toEqual([10_000, 15_200]);
  });
});
