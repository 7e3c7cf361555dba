import { hostname, userInfo } from 'node:os';
import { CommandFailure } from '../command.ts';
import { isShard } from './documents.ts';
import type { StageParameters, Stored } from './parameters.ts';
import { labelInForce, numberOf, type PushRecord, recordText } from './push-record.ts';

/** A version may have ten labels, and a labelled version is never dropped from the history of 100: old labels go. */
const MOST_PUSHES = 8;
/** Somebody else's push that began less than this ago (milliseconds) may still be writing. */
const UNDER_WAY = 120_000;
/** ... and one of this machine, whose process runs, or whose number another has by now. */
const AT_MOST = 600_000;

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
  if (record?.state !== 'writing') return;
  const age = now - Date.parse(record.at);
  const recent = Math.abs(age) <= (record.by === by ? AT_MOST : UNDER_WAY);
  if (!recent || (record.by === by && !isRunning(record.pid))) return;
  throw new CommandFailure(
    `${record.by} began ${record.label} ${Math.round(age / 1000)} s ago, and it is not done`,
    'Run the command again when it is, or in two minutes: then it counts as broken off.',
  );
}

/** Whether a process of this machine runs; our own does not count. */
function isRunning(pid: number): boolean {
  if (pid === 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // it runs, and is somebody else's
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** What a push or a rollback is about to do. */
export type Intent = Pick<PushRecord, 'changing' | 'making' | 'deleting'>;

/** The record of a push that begins now; one that was broken off is gone on with, under its own label. */
export function beginPush(
  record: PushRecord | undefined,
  { changing, making, deleting }: Intent,
  { by, now }: { readonly by: string; readonly now: number },
): PushRecord {
  const pushes = record?.pushes ?? [];
  const brokenOff = record?.state === 'writing' && !pushes.some(({ label }) => label === record.label);
  const both = (one: readonly string[] = [], other: readonly string[]) =>
    brokenOff ? [...new Set([...one, ...other])] : [...other];
  return {
    label: brokenOff ? record.label : `push-${highest(record) + 1}`,
    state: 'writing',
    at: new Date(now).toISOString(),
    by,
    since: new Date(now).toISOString(),
    pid: process.pid,
    after: labelInForce(record) ?? null,
    everything: false,
    changing: brokenOff ? { ...record.changing, ...changing } : changing,
    making: both(record?.making, making),
    deleting: both(record?.deleting, deleting),
    pushes,
  };
}

/** The record once a push or a rollback is done; `dropped` are the labels that go. */
export function endPush(record: PushRecord): {
  readonly record: PushRecord;
  readonly dropped: readonly string[];
} {
  const { label, at, by, after, making, deleting } = record;
  // a rollback leaves its push where it stands in the row
  const known = record.pushes.some((each) => each.label === label);
  const all = known
    ? record.pushes
    : [...record.pushes, { label, at, by, after, made: making, deleted: deleting }];
  const pushes = all.slice(-MOST_PUSHES);
  const dropped = all.slice(0, -MOST_PUSHES).map((each) => each.label);
  const done = {
    ...record,
    state: 'done' as const,
    after: null,
    changing: {},
    everything: false,
    making: [],
    deleting: [],
    pushes,
  };
  return { record: done, dropped };
}

/** Lays the record; its version. */
export function layRecord(parameters: StageParameters, record: PushRecord): Promise<number> {
  return parameters.put('push', recordText(record), { type: 'String' });
}

/** Lays the first record of a push. Fails where somebody else laid one since `stored` was read: then he pushes. */
export async function beginWriting(
  parameters: StageParameters,
  record: PushRecord,
  stored: ReadonlyMap<string, Stored>,
): Promise<void> {
  const before = stored.get('push')?.version ?? 0;
  const version = await layRecord(parameters, record);
  if (version === before + 1) return;
  // a call whose answer was lost is made again by the SDK
  const since = (await parameters.history('push')).filter((each) => each.version > before);
  if (since.every(({ value }) => value === recordText(record))) return;
  throw new CommandFailure(
    'somebody else began a push or a rollback at the same moment, and nothing was laid by this one',
    'Run the command again in two minutes: it shows what differs then.',
  );
}

/**
 * What follows each parameter that is laid: it is labelled at once, so that whoever finds the push broken off knows what it
 * laid; and the record is kept young, so that nobody takes a long push for such a one.
 */
export function marking(
  parameters: StageParameters,
  record: PushRecord,
  now: () => number,
): (name: string, version: number) => Promise<void> {
  let at = now();
  return async (name, version) => {
    if (!isShard(name)) await parameters.label(name, version, record.label);
    if (now() - at < UNDER_WAY / 4) return;
    at = now();
    await layRecord(parameters, { ...record, at: new Date(at).toISOString() });
  };
}

/** Labels the versions that a push left in force, and takes off the labels that are too old. */
export async function labelPush(
  parameters: StageParameters,
  versions: ReadonlyMap<string, number>,
  label: string,
  dropped: readonly string[],
): Promise<void> {
  // first: a version takes ten labels
  for (const old of dropped) {
    for (const { name, version } of (await parameters.list({ label: old })).values())
      await parameters.unlabel(name, version, old);
  }
  for (const [name, version] of versions) await parameters.label(name, version, label);
}

function highest(record: PushRecord | undefined): number {
  return Math.max(
    0,
    ...[record?.label ?? '', ...(record?.pushes ?? []).map(({ label }) => label)].map(numberOf),
  );
}
