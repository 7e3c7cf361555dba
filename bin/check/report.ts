import { join } from 'node:path';
import { describeFinding } from '../../infra/tables/check-tables.ts';
import type { Level } from '../../infra/tables/findings/finding.ts';
import { printable } from '../terminal/printable.ts';
import type { Found } from './check-folder.ts';
import type { Folder } from './folders.ts';

const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** How many findings there are of each level. */
export type Counts = Readonly<Record<Level, number>>;

/** Counts by level. */
export function countsOf(found: readonly Found[]): Counts {
  const count = (level: Level) => found.filter((each) => each.level === level).length;
  return { error: count('error'), warning: count('warning'), note: count('note') };
}

/** A line for each finding, with its folder where there are several, and one that sums up. */
export function inLines(folders: readonly Folder[], found: readonly Found[], hint: string): string {
  const several = folders.length > 1;
  const lines = found.map((each) => describeFinding({ ...each, table: whereOf(each, several) }));
  const counts = countsOf(found);
  const counted = LEVELS.map((level) => `${counts[level]} ${level}${counts[level] === 1 ? '' : 's'}`);
  const summary = `${subjectOf(folders)}: ${counted.join(', ')}`;
  return [...lines, summary, ...(hint === '' ? [] : [hint])].map(oneLine).join('\n');
}

/** The same for programs. */
export function inJson(folders: readonly Folder[], found: readonly Found[]): object {
  return {
    folders: folders.map(({ stage, path, deployed }) => ({ stage, folder: path, as: asOf(deployed) })),
    findings: found.map(({ folder, level, id, table, line, path, expected, got, why }) => ({
      stage: folder.stage,
      level,
      id,
      table: table === '' ? null : table,
      line: line ?? null,
      key: path === '' ? null : path,
      ...(expected === undefined ? { why } : { expected, got }),
    })),
    counts: countsOf(found),
  };
}

function whereOf({ folder, table, inSsm }: Found, several: boolean): string {
  if (inSsm) return table;
  return several || table === '' ? join(folder.path, table) : table;
}

function subjectOf(folders: readonly Folder[]): string {
  const [only] = folders;
  if (only && folders.length === 1) return `${only.path} (as ${asOf(only.deployed)})`;
  const named = folders.map(({ path, deployed }) => `${path} as ${asOf(deployed)}`);
  return `${folders.length} folders (${named.slice(0, 5).join(', ')}${named.length > 5 ? ', ...' : ''})`;
}

function asOf(deployed: boolean): 'deployed' | 'local' {
  return deployed ? 'deployed' : 'local';
}

/** A key may hold the end of a line. */
function oneLine(text: string): string {
  return printable(text).replace(/\s*\n\s*/g, ' ');
}
