import { printable } from './printable.ts';

/** Rows as lines, each column as wide as its widest cell; the last one is not filled up. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths: number[] = [];
  const shown = rows.map((row) => row.map((cell) => printable(cell).replace(/\s*\n\s*/g, ' ')));
  for (const row of shown) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return shown
    .map((row) => {
      const cells = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)));
      return `${indent}${cells.join('  ')}`.trimEnd();
    })
    .join('\n');
}
