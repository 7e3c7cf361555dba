import { printable } from '../terminal/printable.ts';
import type { Finding, Level } from './finding.ts';

const LEVELS: readonly Level[] = ['error', 'warning', 'note', 'ok'];
const LEVEL_WIDTH = 'warning'.length;

/** The findings for people: check by check, what weighs most first, and how many there are of each level. */
export function report(stage: string, findings: readonly Finding[]): string {
  const checks = [...new Set(findings.map(({ check }) => check))];
  const width = Math.max(...checks.map((check) => check.length));
  const lines = checks.flatMap((check) => {
    const own = findings.filter((each) => each.check === check);
    const sorted = LEVELS.flatMap((level) => own.filter((each) => each.level === level));
    return sorted.flatMap((each, at) => linesOf(each, at === 0 ? check : '', width));
  });
  return [...lines, summary(stage, findings)].join('\n');
}

function linesOf({ level, what, fix }: Finding, name: string, width: number): string[] {
  const indent = ' '.repeat(width + LEVEL_WIDTH + 4);
  const text = (given: string) => printable(given).replace(/\n/g, `\n${indent}`);
  return [
    `${name.padEnd(width)}  ${level.padEnd(LEVEL_WIDTH)}  ${text(what)}`,
    ...(fix === undefined ? [] : [`${indent}fix: ${text(fix)}`]),
  ];
}

function summary(stage: string, findings: readonly Finding[]): string {
  const counts = LEVELS.map((level) => {
    const count = findings.filter((each) => each.level === level).length;
    return `${count} ${level === 'ok' || count === 1 ? level : `${level}s`}`;
  });
  return `${stage}: ${counts.join(', ')}`;
}
