import { afterEach, describe, expect, test } from 'vitest';
import { MOST_TEXT, type Row } from '../../functions/store/rows.ts';
import { ROW_STORES, type RowStore } from './row-stores.ts';

const HOUR = 3600;

let disposed: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(disposed.map((dispose) => dispose()));
  disposed = [];
});

async function openStore(make: () => Promise<RowStore>) {
  const store = await make();
  disposed.push(store.dispose);
  let time = 1_795_000_000_000;
  const now = () => time;
  const row = (name: string, stamp: string, more: Partial<Row> = {}): Row => ({
    partition: 'neko',
    name,
    stamp,
    expires: time / 1000 + HOUR,
    text: '{"nyaa":1}',
    ...more,
  });
  const pass = (seconds: number) => {
    time += seconds * 1000;
  };
  return { rows: store.open(now), others: store.open(now), row, pass };
}

describe.each(Object.entries(ROW_STORES))('rows in %s', (_, make) => {
  test('are there for everybody once they are written, and absent before', async () => {
    const { rows, others, row } = await openStore(make);
    expect(await rows.read('neko', 'a')).toBeUndefined();
    expect(await rows.list('neko')).toEqual([]);
    expect(await rows.replace(row('a', '1'))).toBe(true);
    expect(await others.read('neko', 'a')).toEqual(row('a', '1'));
    expect(await others.read('neko', 'b')).toBeUndefined();
    expect(await others.read('inu', 'a')).toBeUndefined();
  });

  test('are listed by name, those of one partition alone', async () => {
    const { rows, row } = await openStore(make);
    await rows.replace(row('b', '1'));
    await rows.add(row('a', '1'));
    await rows.replace(row('c', '1', { partition: 'inu' }));
    expect((await rows.list('neko', true)).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('are replaced by who has seen them, and by nobody else', async () => {
    const { rows, others, row } = await openStore(make);
    expect(await rows.replace(row('a', '1'))).toBe(true);
    // made twice, replaced without being seen, replaced as another
    expect(await others.replace(row('a', '2'))).toBe(false);
    expect(await others.replace(row('a', '2'), 'x')).toBe(false);
    expect(await others.replace(row('a', '2', { text: '{}' }), '1')).toBe(true);
    expect(await rows.replace(row('a', '3'), '1')).toBe(false);
    expect(await rows.read('neko', 'a')).toEqual(row('a', '2', { text: '{}' }));
    expect(await rows.replace(row('b', '2'), '1')).toBe(false);
  });

  test('have one winner, however many begin at once', async () => {
    const { rows, others, row } = await openStore(make);
    const race = (name: string, turn: number, before?: string) =>
      Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          (at % 2 === 0 ? rows : others).replace(row(name, `${turn}-${at}`), before),
        ),
      );
    let before: string | undefined;
    for (let turn = 0; turn < 5; turn++) {
      const won = await race('a', turn, before);
      expect(won.filter(Boolean)).toHaveLength(1);
      before = `${turn}-${won.indexOf(true)}`;
      expect((await others.read('neko', 'a'))?.stamp).toBe(before);
    }
  });

  test('are gone when they expire, to the second, and may be made anew', async () => {
    const { rows, others, row, pass } = await openStore(make);
    await rows.replace(row('a', '1'));
    await rows.add(row('b', '1'));
    pass(HOUR - 1);
    expect(await rows.list('neko', true)).toHaveLength(2);
    expect(await others.replace(row('a', '2'))).toBe(false);
    pass(1);
    expect(await rows.read('neko', 'a')).toBeUndefined();
    expect(await rows.list('neko', true)).toEqual([]);
    // who has seen it before it was over comes too late
    expect(await rows.replace(row('a', '9'), '1')).toBe(false);
    expect(await others.replace(row('a', '2'))).toBe(true);
    // the one that is over is none that could be replaced
    expect(await rows.replace(row('a', '3'), '1')).toBe(false);
    expect(await rows.read('neko', 'a')).toEqual(row('a', '2'));
  });

  test('hold texts of the largest size, many of them in one partition, and every character', async () => {
    const { rows, others, row } = await openStore(make);
    const large = JSON.stringify({ text: '"é猫\\\n'.repeat(20_000) }).slice(0, MOST_TEXT / 2);
    for (let at = 0; at < 6; at++) await rows.replace(row(`${at}`, '1', { text: large }));
    const listed = await others.list('neko');
    expect(listed.map(({ text }) => text === large)).toEqual(Array(6).fill(true));
  });
});
