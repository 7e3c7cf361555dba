import { hostname, userInfo } from 'node:os';
import { PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import { CommandFailure } from '../command.ts';
import type { StageParameters, Stored } from './parameters.ts';

/** One push, by the label that its versions have. */
export type Push = {
  readonly label: string;
  readonly at: string;
  readonly by: string;
  /** Names that it made: a rollback to a push before it deletes them. None of shards. */
  readonly made: readonly string[];
};

/** The parameter `push`: which push is in force, and whether one is under way or was broken off. */
export type PushRecord = {
  /** What the stage's parameters are, or are to become. */
  readonly label: string;
  readonly state: 'writing' | 'done';
  /** While writing: renewed now and then. */
  readonly at: string;
  readonly by: string;
  /** The process that writes, on the machine that `by` names. */
  readonly pid: number;
  /** While writing: the names that are being changed, and those of them that are made. None of shards; `*` for all. */
  readonly changing: readonly string[];
  readonly making: readonly string[];
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
    if (!Array.isArray(read.pushes) || typeof read.label !== 'string') return undefined;
    const pushes = read.pushes.map((each) => ({ ...each, made: each.made ?? [] }));
    return { ...read, pid: read.pid ?? 0, changing: read.changing ?? [], making: read.making ?? [], pushes };
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
  if (record?.state !== 'writing') return;
  const age = now - Date.parse(record.at);
  if (record.by === by ? !isRunning(record.pid) : age < 0 || age > UNDER_WAY) return;
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

/** The record of a push that begins now; one that was broken off is gone on with, under its own label. */
export function beginPush(
  record: PushRecord | undefined,
  { changing, making }: Pick<PushRecord, 'changing' | 'making'>,
  { by, now }: { readonly by: string; readonly now: number },
): PushRecord {
  const at = new Date(now).toISOString();
  const pushes = record?.pushes ?? [];
  const brokenOff = record?.state === 'writing' && !pushes.some(({ label }) => label === record.label);
  const label = brokenOff ? record.label : `push-${highest(record) + 1}`;
  const joined = (before: readonly string[], names: readonly string[]) =>
    brokenOff ? [...new Set([...before, ...names])] : names;
  return {
    label,
    state: 'writing',
    at,
    by,
    pid: process.pid,
    changing: joined(record?.changing ?? [], changing),
    making: joined(record?.making ?? [], making),
    pushes,
  };
}

/** The record once a push is done; `dropped` are the labels that go. */
export function endPush(record: PushRecord): {
  readonly record: PushRecord;
  readonly dropped: readonly string[];
} {
  const { label, at, by, making } = record;
  const others = record.pushes.filter((each) => each.label !== label);
  // a rollback leaves its push where it stands in the row
  const known = record.pushes.some((each) => each.label === label);
  const all = known ? record.pushes : [...others, { label, at, by, made: making }];
  const pushes = all.slice(-MOST_PUSHES);
  const dropped = all.slice(0, -MOST_PUSHES).map((each) => each.label);
  return { record: { ...record, state: 'done', changing: [], making: [], pushes }, dropped };
}

/** Lays the record; its version. */
export function layRecord(parameters: StageParameters, record: PushRecord): Promise<number> {
  return parameters.put('push', textOf(record), { type: 'String' });
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
  if (since.every(({ value }) => value === textOf(record))) return;
  throw new CommandFailure(
    'somebody else began a push or a rollback at the same moment, and nothing was laid by this one',
    'Run the command again in two minutes: it shows what differs then.',
  );
}

/** Keeps the record young while it is written, so that nobody takes a long push for one that was broken off. */
export function renewing(
  parameters: StageParameters,
  record: PushRecord,
  now: () => number,
): () => Promise<void> {
  let at = now();
  return async () => {
    if (now() - at < UNDER_WAY / 4) return;
    at = now();
    await layRecord(parameters, { ...record, at: new Date(at).toISOString() });
  };
}

/** The record as a parameter holds it: what is too long for one is told shortly. */
function textOf(record: PushRecord): string {
  const text = JSON.stringify(record);
  if (Buffer.byteLength(text) <= PARAMETER_BYTES) return text;
  const [oldest] = record.pushes.filter(({ made }) => made.length > 0);
  if (oldest === undefined) return JSON.stringify({ ...record, changing: ['*'], making: [] });
  // what it made can then not be told from what was there before it, and stays
  const pushes = record.pushes.map((each) => (each === oldest ? { ...each, made: [] } : each));
  return textOf({ ...record, pushes });
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
    for (const { name, version } of (await parameters.list(old)).values())
      await parameters.unlabel(name, version, old);
  }
  for (const [name, version] of versions) await parameters.label(name, version, label);
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
