import { describe, expect, test } from 'vitest';
import { createPool } from '../../../functions/relay/esmtp/pool.ts';

type Fake = { name: string; over: boolean; awake: boolean; onOver: () => void };

const fake = (name: string): Fake => ({ name, over: false, awake: true, onOver: () => undefined });

function setUp(most = 3) {
  const quits: string[] = [];
  const pool = createPool<Fake>(
    {
      rest(session, onOver) {
        session.awake = false;
        session.onOver = onOver;
      },
      wake(session) {
        session.awake = true;
      },
      isOver: (session) => session.over,
      async quit(session) {
        quits.push(session.name);
      },
    },
    most,
    10_000,
  );
  return { pool, quits };
}

describe('createPool()', () => {
  test('take() gives what was given under the same key, once', async () => {
    const { pool } = setUp();
    const session = fake('a');
    pool.give('k', session, 0);
    expect(session.awake).toBe(false);
    expect(await pool.take('other', 1)).toBeUndefined();
    expect(await pool.take('k', 1)).toBe(session);
    expect(session.awake).toBe(true);
    expect(await pool.take('k', 1)).toBeUndefined();
  });

  test('take() gives the one that rested least', async () => {
    const { pool } = setUp();
    pool.give('k', fake('a'), 0);
    pool.give('k', fake('b'), 1);
    expect((await pool.take('k', 2))?.name).toBe('b');
  });

  test.each([
    ['more than 10 s by the wall clock', 10_001],
    ['a time that the clock went back', -1],
  ])('take() ends one that rested %s', async (_what, now) => {
    const { pool, quits } = setUp();
    pool.give('k', fake('a'), 0);
    expect(await pool.take('k', now)).toBeUndefined();
    expect(quits).toEqual(['a']);
  });

  test('take() passes over one whose end is heard within a turn of the event loop', async () => {
    const { pool } = setUp();
    const [first, second] = [fake('first'), fake('second')];
    pool.give('k', first, 0);
    pool.give('k', second, 0);
    setImmediate(() => {
      second.over = true;
      second.onOver();
    });
    expect(await pool.take('k', 1)).toBe(first);
  });

  test('take() ends those of another version under the same key, and no others', async () => {
    const { pool, quits } = setUp(4);
    for (const [key, name, version] of [
      ['k', 'a', '1'],
      ['k', 'b', '2'],
      ['l', 'c', '1'],
      ['k', 'd', '1'],
    ] as const)
      pool.give(key, fake(name), 0, version);
    expect((await pool.take('k', 1, '2'))?.name).toBe('b');
    expect([pool.size, quits]).toEqual([1, ['a', 'd']]);
    expect(await pool.take('l', 1)).toBeUndefined();
    expect(quits).toEqual(['a', 'd', 'c']);
  });

  test('give() does not keep one that is over', () => {
    const { pool } = setUp();
    pool.give('k', { ...fake('a'), over: true }, 0);
    expect(pool.size).toBe(0);
  });

  test('give() forgets one that ends by itself', () => {
    const { pool } = setUp();
    const session = fake('a');
    pool.give('k', session, 0);
    session.onOver();
    expect(pool.size).toBe(0);
  });

  test('give() ends the oldest when there are too many', () => {
    const { pool, quits } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) pool.give(name, fake(name), 0);
    expect([pool.size, quits]).toEqual([3, ['a']]);
  });

  test('closeAll() ends all', async () => {
    const { pool, quits } = setUp();
    pool.give('k', fake('a'), 0);
    const other = fake('b');
    pool.give('l', other, 0);
    await pool.closeAll();
    expect([pool.size, quits, other.awake]).toEqual([0, ['a', 'b'], true]);
  });
});
