import { rmSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deleteExpiredRows } from '../../functions/store/expired-rows.ts';
import { fileRows } from '../../functions/store/file-rows.ts';
import type { Row } from '../../functions/store/rows.ts';

const HOUR = 3600;

async function journal() {
  const folder = await mkdtemp(join(tmpdir(), 'haineko-journal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const now = Date.now();
  const rows = fileRows(folder, () => now);
  const row = (partition: string, hours: number): Row => ({
    ...{ partition, name: 'a', stamp: '1', text: 'U+2028 \u2028 is no end of a line' },
    expires: Math.ceil(now / 1000) + hours * HOUR,
  });
  const files = async () => {
    const all = await readdir(folder, { recursive: true, withFileTypes: true });
    return all.filter((each) => each.isFile()).map(({ name }) => name);
  };
  const inHours = (hours: number) => deleteExpiredRows(folder, now + hours * HOUR * 1000);
  return { folder, rows, row, files, inHours };
}

test('deleteExpiredRows() deletes what is over, and nothing else', async () => {
  const { folder, rows, row, files, inHours } = await journal();
  await rows.replace(row('neko', 5));
  await rows.replace(row('tama', 50));
  await inHours(4.9);
  expect(await files()).toHaveLength(2);
  await inHours(5.1);
  expect(await files()).toHaveLength(1);
  expect(await rows.list('neko')).toEqual([]);
  expect(await rows.list('tama')).toEqual([row('tama', 50)]);
  // its folder is gone with it
  expect((await readdir(join(folder, 'ko'))).length).toBe(0);
});

test('deleteExpiredRows() deletes appended rows two hours after the first of their file is over', async () => {
  const { rows, row, files, inHours } = await journal();
  await rows.add(row('6AMDxxxxxxxxxxx1', 5));
  await rows.add(row('6AMDxxxxxxxxxxx2', 6));
  await rows.add(row('6AMExxxxxxxxxxx3', 50));
  await inHours(6.9);
  expect(await files()).toHaveLength(2);
  await inHours(7.1);
  expect(await files()).toEqual(['6AME.jsonl']);
  expect(await rows.list('6AMExxxxxxxxxxx3', true)).toEqual([row('6AMExxxxxxxxxxx3', 50)]);
});

test('what a death has cut off spoils no other row, and goes after a day', async () => {
  const { folder, rows, row, files, inHours } = await journal();
  await rows.add(row('6AMDxxxxxxxxxxx1', 50));
  await appendFile(
    join(folder, 'appended', '6AMD.jsonl'),
    '\n{"partition":"6AMDxxxxxxxxxxx2","name":"a","te',
  );
  await rows.add(row('6AMDxxxxxxxxxxx3', 50));
  expect(await rows.list('6AMDxxxxxxxxxxx2', true)).toEqual([]);
  expect(await rows.list('6AMDxxxxxxxxxxx3', true)).toEqual([row('6AMDxxxxxxxxxxx3', 50)]);
  await rows.replace(row('neko', 50));
  await writeFile(join(folder, 'ko', 'neko', '.0123456789abcdef'), '{"partition":"ne');
  expect((await rows.list('neko')).length).toBe(1);
  await inHours(23);
  expect(await files()).toHaveLength(3);
  await inHours(25);
  expect((await files()).sort()).toEqual(['6AMD.jsonl', 'a.1.json']);
});

test('rows that come at once, for one hour or for several, are all there', async () => {
  const { rows, row, files } = await journal();
  const names = Array.from({ length: 500 }, (_, at) => `${at % 3}AMDxxxxxxx${String(at).padStart(5, '0')}`);
  await Promise.all(names.map((name) => rows.add(row(name, 5))));
  expect((await files()).sort()).toEqual(['0AMD.jsonl', '1AMD.jsonl', '2AMD.jsonl']);
  for (const name of names) expect(await rows.list(name, true)).toEqual([row(name, 5)]);
});

test('what is not the journal’s stays, however old and whatever it holds', async () => {
  const { folder, rows, row, files, inHours } = await journal();
  await rows.replace(row('neko', 1));
  for (const [place, name] of [
    ['ko/neko', 'diary.txt'],
    ['ko/neko', '.hidden'],
    ['appended', 'large.jsonl.bak'],
    ['photos/2013', 'neko.1.json'],
  ] as const) {
    await mkdir(join(folder, place), { recursive: true });
    await writeFile(join(folder, place, name), '');
  }
  await inHours(100);
  expect((await files()).sort()).toEqual(['.hidden', 'diary.txt', 'large.jsonl.bak', 'neko.1.json']);
});

test('an expired row that was cleared away is nobody’s to replace: others may have begun anew', async () => {
  const { folder, rows, row } = await journal();
  await rows.replace({ ...row('neko', 0), stamp: 'old' });
  const at = join(folder, 'ko', 'neko');
  // a death has left two turns
  writeFileSync(join(at, 'a.2.json'), JSON.stringify({ ...row('neko', 0), stamp: 'older' }));
  let looks = 0;
  const late = fileRows(folder, () => {
    if (looks++ === 0) {
      for (const turn of [1, 2]) rmSync(join(at, `a.${turn}.json`));
      writeFileSync(join(at, 'a.1.json'), JSON.stringify({ ...row('neko', 50), stamp: 'other' }));
    }
    return Date.now() + 60_000;
  });
  expect(await late.replace({ ...row('neko', 50), stamp: 'mine' })).toBe(false);
  expect((await rows.read('neko', 'a'))?.stamp).toBe('other');
});

test('an expired row that is cleared away and begun anew while somebody replaces it has one heir', async () => {
  const { folder, rows, row } = await journal();
  await rows.replace({ ...row('neko', 0), stamp: 'old' });
  const file = join(folder, 'ko', 'neko', 'a.1.json');
  let looks = 0;
  const late = fileRows(folder, () => {
    // it has seen the old one; now it is deleted, and another has made the first turn of a new one
    if (looks++ === 0) writeFileSync(file, JSON.stringify({ ...row('neko', 50), stamp: 'other' }));
    return Date.now() + 60_000;
  });
  expect(await late.replace({ ...row('neko', 50), stamp: 'mine' })).toBe(false);
  expect((await rows.read('neko', 'a'))?.stamp).toBe('other');
});

test('deleteExpiredRows() does not mind a folder that is not there', async () => {
  await expect(deleteExpiredRows('/nowhere/at/all', Date.now())).resolves.toBeUndefined();
});
