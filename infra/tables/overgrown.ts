import type { ConfigIssue } from '../../functions/tables/config-error.ts';

/** Far above what tables need, far below what hangs a synth: YAML's aliases make a thousand million values of ten lines. */
const MOST_VALUES = 1_000_000;
const MOST_DEPTH = 32;

/** What is wrong with a document's depth or size; undefined where nothing is. Ends on aliases that lead back to themselves, too. */
export function overgrown(table: string, document: unknown): ConfigIssue | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: document, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MOST_DEPTH) return issue(table, `at most ${MOST_DEPTH} levels`, 'more of them');
    const inside = Object.values(value);
    values += inside.length;
    if (values > MOST_VALUES) return issue(table, `at most ${MOST_VALUES} values`, 'more of them');
    for (const each of inside) open.push({ value: each, depth: depth + 1 });
  }
  return undefined;
}

function issue(table: string, expected: string, got: string): ConfigIssue {
  return { table, path: '', expected, got };
}
