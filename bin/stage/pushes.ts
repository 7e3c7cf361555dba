import { hostname, userInfo } from 'node:os';
import { CommandFailure } from '../command.ts';
import type { StageParameters, Stored } from './parameters.ts';

/** One push, by the label that its versions have. */
export type Push = { readonly label: string; readonly at: string; readonly by: string };

/** The parameter `push`: which push is in force, and whether one is under way or was broken off. */
export type PushRecord = {
  /** What the stage's parameters are, or are to become. */
  readonly label: string;
  readonly state: 'writing' | 'done';
  readonly at: string;
  readonly by: string;
  /** While writing: the names that are being changed, but for shards. */
  readonly changing: readonly string[];
  /** The pushes whose labels are still there, oldest first. */
  readonly pushes: readonly Push[];
};

/** A version may have ten labels, and a labelled version is never dropped from the history of 100: old labels go. */
const MOST_PUSHES = 8;
/** Somebody else's push that began less than this ago (milliseconds) may still be writing. */
const UNDER_WAY = 120_000;

/** The record of a stage's pushes; undefined where there was none. */
export function pushRecord(parameters: ReadonlyMap<string, Stored>): PushRecord | undefined {
  const text = parameters.get('push')?.value;
  if (text === undefined) return undefined;
  try {
    const read = JSON.parse(text) as PushRecord;
    return Array.isArray(read.pushes) && typeof read.label === 'string'
      ? { ...read, changing: read.changing ?? [] }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Who pushes, for the next one who does: no secret, and nobody is held to it. */
export function whoPushes(): string {
  const name = (() => {
    try {
      return userInfo().username;
    } catch {
      return 'somebody';
    }
  })();
  return `${name}@${hostname()}`.replace(/[^A-Za-z0-9@._-]/g, '-').slice(0, 100);
}

/** Fails where somebody else is writing right now. */
export function refuseWhileUnderWay(record: PushRecord | undefined, by: string, now: number): void {
  if (record?.state !== 'writing' || record.by === by) return;
  const age = now - Date.parse(record.at);
  if (age < 0 || age > UNDER_WAY) return;
  throw new CommandFailure(
    `${record.by} began ${record.label} ${Math.round(age / 1000)} s ago, and it is not done`,
    'Run the command again when it is, or in two minutes: then it counts as broken off.',
  );
}

/** The record of a push that begins now; one that was broken off is gone on with, under its own label. */
export function beginPush(
  record: PushRecord | undefined,
  changing: readonly string[],
  { by, now }: { readonly by: string; readonly now: number },
): PushRecord {
  const at = new Date(now).toISOString();
  const pushes = record?.pushes ?? [];
  const brokenOff = record?.state === 'writing' && !pushes.some(({ label }) => label === record.label);
  const label = brokenOff ? record.label : `push-${highest(record) + 1}`;
  const names = brokenOff ? [...new Set([...record.changing, ...changing])] : changing;
  return { label, state: 'writing', at, by, changing: names, pushes };
}

/** The record once a push is done; `dropped` are the labels that go. */
export function endPush(record: PushRecord): {
  readonly record: PushRecord;
  readonly dropped: readonly string[];
} {
  const { label, at, by } = record;
  const others = record.pushes.filter((each) => each.label !== label);
  // a rollback leaves its push where it stands in the row
  const known = record.pushes.some((each) => each.label === label);
  const all = known ? record.pushes : [...others, { label, at, by }];
  const pushes = all.slice(-MOST_PUSHES);
  const dropped = all.slice(0, -MOST_PUSHES).map((each) => each.label);
  return { record: { ...record, state: 'done', changing: [], pushes }, dropped };
}

/** Lays the record. */
export async function layRecord(parameters: StageParameters, record: PushRecord): Promise<void> {
  await parameters.put('push', JSON.stringify(record), { type: 'String' });
}

/** Labels the versions that a push left in force, and takes off the labels that are too old. */
export async function labelPush(
  parameters: StageParameters,
  versions: ReadonlyMap<string, number>,
  label: string,
  dropped: readonly string[],
): Promise<void> {
  for (const [name, version] of versions) await parameters.label(name, version, label);
  for (const old of dropped) {
    for (const { name, version } of (await parameters.list(old)).values())
      await parameters.unlabel(name, version, old);
  }
}

/** The number of a push's label; 0 where it is none. */
export function numberOf(label: string): number {
  return Number(/^push-(\d+)$/.exec(label)?.[1] ?? 0);
}

function highest(record: PushRecord | undefined): number {
  return Math.max(
    0,
    ...[record?.label ?? '', ...(record?.pushes ?? []).map(({ label }) => label)].map(numberOf),
  );
}
