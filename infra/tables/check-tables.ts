import type { ConfigIssue } from '../../functions/tables/config-error.ts';
import type { Finding } from './findings/finding.ts';
import type { Place } from './findings/seen.ts';
import { asFinding, findingsOf } from './findings.ts';
import { type LineOf, linesOf } from './lines.ts';
import { type Look, lookAtTables, type Reading } from './read-tables.ts';
import { TABLE_FILES } from './table-files.ts';

/** A finding, and its line in the table's file where there is one. */
export type Placed = Finding & { readonly line?: number };

/** All that is to be said of a folder's tables, in the order of tables and lines. Throws a ConfigError where there is no folder. */
export function checkTables(folder: string, reading: Reading & Place): readonly Placed[] {
  return placedFindings(lookAtTables(folder, reading), reading);
}

/** The same of tables that were looked at already. */
export function placedFindings(look: Look, place: Place): readonly Placed[] {
  const { tables, issues } = look;
  const trees = new Map<string, LineOf>();
  // a table without findings is not read a second time
  const lineOf = (table: string, path: string) => {
    const text = look.texts.get(table);
    const lines = trees.get(table) ?? (text === undefined ? undefined : linesOf(table, text));
    if (lines) trees.set(table, lines);
    return lines?.(path);
  };
  const found = [
    ...issues.map((issue) => withLine(asFinding(idOf(issue), issue), lineOf, issue.line)),
    ...(tables ? findingsOf({ ...look, tables }, place) : []).map((each) => withLine(each, lineOf)),
  ];
  const position = ({ table }: Placed) => TABLE_FILES.indexOf(table);
  return found.toSorted(
    (one, other) => position(one) - position(other) || (one.line ?? 0) - (other.line ?? 0),
  );
}

function withLine(
  finding: Finding,
  lineOf: (table: string, path: string) => number | undefined,
  known?: number,
): Placed {
  const line = known ?? lineOf(finding.table, finding.path);
  return line === undefined ? finding : { ...finding, line };
}

/** `syntax` where a file cannot be read at all, `value` where a key is wrong. */
function idOf({ line, path }: ConfigIssue): string {
  return line === undefined || path !== '' ? 'value' : 'syntax';
}

/** `mailertable:12:example.com.port: expected a whole number from 1 to 65535, got "neko"`; what is no error says so before its reason. */
export function describeFinding({ table, line, path, level, why }: Placed): string {
  const where = [table, line, path].filter((each) => each !== undefined && each !== '').join(':');
  return `${where}: ${level === 'error' ? '' : `${level}: `}${why}`;
}
