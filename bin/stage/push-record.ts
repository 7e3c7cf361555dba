import * as v from 'valibot';
import { PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import type { Stored } from './parameters.ts';

const names = () => v.optional(v.array(v.string()), []);

const push = v.object({
  label: v.string(),
  at: v.string(),
  by: v.string(),
  /** The label that was in force before it; null for the first. */
  after: v.optional(v.nullable(v.string()), null),
  /** Names that it made and deleted: a rollback to a push before it takes the first away, and cannot bring the second back. */
  made: names(),
  deleted: names(),
});

const schema = v.object({
  /** What the stage's parameters are, or are to become. */
  label: v.pipe(v.string(), v.regex(/^push-\d{1,9}$/)),
  state: v.picklist(['writing', 'done']),
  /** While writing: renewed now and then. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  by: v.string(),
  /** When the writing began; not renewed. */
  since: v.optional(v.string(), ''),
  /** The process that writes, on the machine that `by` names. */
  pid: v.optional(v.number(), 0),
  /** While writing: the label that was in force before. */
  after: v.optional(v.nullable(v.string()), null),
  /** While writing: the versions that are being laid, by name, and which of the names are new, or go. None of shards. */
  changing: v.optional(v.record(v.string(), v.number()), {}),
  /** ... or that they are too many to be told. */
  everything: v.optional(v.boolean(), false),
  making: names(),
  deleting: names(),
  /** The pushes whose labels are still there, oldest first. */
  pushes: v.array(push),
});

/** One push, by the label that its versions have. */
export type Push = Readonly<v.InferOutput<typeof push>>;

/** The parameter `push`: which push is in force, and whether one is under way or was broken off. */
export type PushRecord = Readonly<v.InferOutput<typeof schema>>;

/** The record of a stage's pushes; undefined where there is none, or none that could be a record: then pushes begin anew. */
export function pushRecord(parameters: ReadonlyMap<string, Stored>): PushRecord | undefined {
  try {
    const read = v.safeParse(schema, JSON.parse(parameters.get('push')?.value ?? ''));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}

/** The record as a parameter holds it: what is too long for one is left out, the least needed first. */
export function recordText(record: PushRecord): string {
  const text = JSON.stringify(record);
  if (Buffer.byteLength(text) <= PARAMETER_BYTES) return text;
  const told = record.pushes.find(({ made, deleted }) => made.length + deleted.length > 0);
  if (told === undefined)
    return JSON.stringify({ ...record, changing: {}, everything: true, making: [], deleting: [] });
  // what it made can then not be told from what was there before it, and stays
  const pushes = record.pushes.map((each) => (each === told ? { ...each, made: [], deleted: [] } : each));
  return recordText({ ...record, pushes });
}

/** The number of a push's label; 0 where it is none. */
export function numberOf(label: string): number {
  return Number(/^push-(\d+)$/.exec(label)?.[1] ?? 0);
}

/**
 * Whether a push that is being written, or was broken off, laid a table that stands, though it came to no label. Never of a
 * secret: a rotation since would have the very version that the push foretold.
 */
export function laidWhileWriting(record: PushRecord | undefined, parameter: Stored): boolean {
  const { name, type, version, modified } = parameter;
  if (record?.state !== 'writing' || type === 'SecureString') return false;
  if (record.everything) return modified.getTime() >= Date.parse(record.since);
  return record.changing[name] === version;
}

/** The label of the push that was in force before one that is being written or was broken off; of the one in force else. */
export function labelInForce(record: PushRecord | undefined): string | undefined {
  if (record?.state === 'writing') return record.after ?? undefined;
  return record?.label;
}
