/**
 * How the files of fileRows() are called, below its folder: `<group>/<partition>/<name>.<turn>.json`, one that is being
 * written `.<16 hex digits>` beside them, and `appended/<hour>.jsonl`. Nothing else there is ever touched.
 */

/** The folder of rows that are made once. */
export const APPENDED = 'appended';

/** Where a partition is, so that no folder has more than some thousand others. */
export function groupOf(partition: string): string {
  return partition.slice(-2);
}

/** Whether a folder may be fileRows()'s own. */
export function isRowFolder(name: string): boolean {
  return name === APPENDED || isGroup(name);
}

export function isGroup(name: string): boolean {
  return /^[0-9A-Za-z]{2}$/.test(name);
}

/** The file of a row's turn. */
export function fileName(name: string, turn: number): string {
  return `${name}.${turn}.json`;
}

/** Of which row a file is, and which of its turns; undefined: of none. */
export function readFileName(file: string): { readonly name: string; readonly turn: number } | undefined {
  const [, name, turn] = /^([\w-]+)\.(\d+)\.json$/.exec(file) ?? [];
  return name === undefined ? undefined : { name, turn: Number(turn) };
}

/** Whether a file is one that is being written, or that a death has left so. */
export function isUnfinished(file: string): boolean {
  return /^\.[0-9a-f]{16}$/.test(file);
}

/** The file of an appended partition: those that begin alike, as the queueids of an hour do (mail/queueid.ts). */
export function hourFile(partition: string): string {
  return `${partition.slice(0, 4)}.jsonl`;
}

export function isHourFile(file: string): boolean {
  return /^[\w-]{1,4}\.jsonl$/.test(file);
}
