import { cpus } from 'node:os';
import { version } from 'node:process';
import type { Figure } from './figure.ts';
import type { Row } from './row.ts';

const HEAD = `# Benchmarks

Printed by \`npm run bench\`: figures of one machine. What counts are the ratios, each from one run in which those who are compared took turns:
medians of 15 rounds or more, with the smallest and the largest in brackets; a section that does otherwise says so. \`npm run bench -- NAME\`
measures one anew. What was tried where a target was
hard to reach, and what it gave: [performance.md](performance.md).
`;

/** A row's section as it stands in the page, its heading first; undefined where there is none. */
export function sectionOf(page: string, row: Row): string | undefined {
  return page.split(/^(?=## )/m).find((section) => section.startsWith(`## ${row.name}\n`));
}

/** docs/benchmarks.md anew: sections of what was measured now, the others as they were. */
export function printPage(
  page: string,
  rows: readonly Row[],
  measured: ReadonlyMap<Row, readonly Figure[]>,
  at: Date,
): string {
  const sections = rows.flatMap((row) => {
    const figures = measured.get(row);
    const section = figures ? print(row, figures, at) : sectionOf(page, row);
    return section === undefined ? [] : [section.trimEnd()];
  });
  return `${[HEAD.trimEnd(), ...sections].join('\n\n')}\n`;
}

function print(row: Row, figures: readonly Figure[], at: Date): string {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${version}`;
  return [
    `## ${row.name}\n`,
    `${row.title}. ${row.how}\n`,
    '| what | measured | must be | |',
    '| --- | --- | --- | --- |',
    ...figures.map(({ what, measured, target }) => `| ${what} | ${measured} | ${verdictOf(target)} |`),
    '',
    `${at.toISOString().slice(0, 10)}, ${machine}.`,
  ].join('\n');
}

function verdictOf(target: Figure['target']): string {
  return target ? `${target.text} | ${target.holds ? 'holds' : '**missed**'}` : ' |';
}

/** The same for a terminal: columns as wide as they must be. */
export function printTable(row: Row, figures: readonly Figure[]): string {
  const lines = figures.map(({ what, measured, target }) => [
    what,
    measured,
    target?.text ?? '',
    target ? (target.holds ? 'holds' : 'MISSED') : '',
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const cells = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  return [
    `${row.name}: ${row.title}`,
    ...lines.map((line) => `  ${cells(line).join('  ').trimEnd()}`),
    '',
  ].join('\n');
}
