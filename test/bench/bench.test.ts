import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sectionOf } from './page.ts';
import { QUICK } from './row.ts';
import { rows } from './rows.ts';

const page = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');

/** A smoke run of `npm run bench`: what is timed tells nothing here, what is counted must hold. */
describe('npm run bench', () => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', { timeout: 60_000 }, async (_, row) => {
    const figures = await row.run(QUICK);
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.filter(({ measured }) => /NaN|Infinity|undefined/.test(measured))).toEqual([]);
    expect(figures.filter(({ target }) => target?.counted && !target.holds)).toEqual([]);
  });

  test('has written docs/benchmarks.md: a section for each row, and no others', () => {
    const names = [...page.matchAll(/^## (\S+)$/gm)].map(([, name]) => name);
    expect(names).toEqual(rows.map(({ name }) => name));
    for (const row of rows) expect(sectionOf(page, row), row.name).toContain(`${row.title}. ${row.how}\n`);
  });
});
