import { describe, expect, test } from 'vitest';
import { figure, readable } from './figure.ts';
import { interleaved } from './interleaved.ts';
import { printPage, printTable, sectionOf } from './page.ts';
import type { Row } from './row.ts';
import { median, ratios, slope } from './sample.ts';

const rowOf = (name: string): Row => ({
  name,
  title: `Title of ${name}`,
  how: 'Somehow.',
  run: async () => [],
});
const [one, other] = [rowOf('one'), rowOf('other')];
const AT = new Date('2026-11-22T10:20:30Z');

describe('a sample', () => {
  test('median() is what lies in the middle, of an even count the mean of two', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
  });

  test('ratios() holds round against round', () => {
    expect(ratios([2, 6, 9], [1, 2, 3])).toEqual([2, 3, 3]);
  });

  test('slope() is the rise for one', () => {
    expect(slope([1, 2, 3, 4], [10, 12, 14, 16])).toBeCloseTo(2);
    expect(slope([1, 2, 3], [5, 5, 5])).toBe(0);
  });
});

describe('figure()', () => {
  test.each([
    ['most', { most: 3 }, 3, true, '<= 3 x'],
    ['most', { most: 3 }, 3.01, false, '<= 3 x'],
    ['least', { least: 3 }, 3, true, '>= 3 x'],
    ['least', { least: 3 }, 2.99, false, '>= 3 x'],
  ])('holds the median against what it must be: %s', (_, limit, middle, holds, text) => {
    const { measured, target } = figure('what', [0, middle, 100], ' x', limit);
    expect(measured).toBe(`${readable(middle)} x (0 - 100)`);
    expect(target).toEqual({ text, holds, counted: false });
  });

  test('shows numbers by three digits that count', () => {
    expect([1.2345, 12.345, 1234.5, 0.012345, 60_000].map(readable)).toEqual([
      '1.23',
      '12.3',
      '1,230',
      '0.012',
      '60,000',
    ]);
  });
});

describe('interleaved()', () => {
  test('has all measure themselves once a round, another one first each time, and counts no warm-up', async () => {
    const calls: string[] = [];
    const by = (name: string) => () => calls.push(name);
    const samples = await interleaved({ a: by('a'), b: by('b'), c: by('c') }, 2);
    expect(calls.join('')).toBe('abcbcacab');
    expect(samples).toEqual({ a: [6, 8], b: [4, 9], c: [5, 7] });
  });
});

describe('printPage()', () => {
  const first = printPage('', [one, other], new Map([[one, [figure('x', 1, ' ms', { most: 2 })]]]), AT);

  test('writes a section with each figure, what it must be and whether it is', () => {
    expect(first).toContain('## one\n\nTitle of one. Somehow.\n\n| what | measured | must be | |\n');
    expect(first).toContain('| x | 1 ms | <= 2 ms | holds |\n');
    expect(first).toMatch(/\n2026-11-22, \d+ x .+, Node v\d+\.\d+\.\d+\.\n$/);
  });

  test('leaves the sections of what was not measured', () => {
    const missed = [figure('y', [3, 3, 3], '', { most: 2, counted: true })];
    const both = printPage(first, [one, other], new Map([[other, missed]]), AT);
    expect(sectionOf(both, one)).toBe(`${sectionOf(first, one)}\n`);
    expect(sectionOf(both, other)).toContain('| y | 3 (3 - 3) | <= 2 | **missed** |');
    expect(printPage(both, [other], new Map(), AT)).not.toContain('## one');
  });

  test('printTable() says the same on a terminal', () => {
    const figures = [figure('long name', 1, ' ms', { most: 0 }), figure('n', 2, '')];
    expect(printTable(one, figures)).toBe(
      'one: Title of one\n  long name  1 ms  <= 0 ms  MISSED\n  n          2\n',
    );
  });
});
