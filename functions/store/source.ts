import type { Credential } from '../tables/authinfo.ts';
import type { Tables } from '../tables/tables.ts';

/** Where tables and credentials come from: memory, files or SSM Parameter Store. One contract suite holds all three. */
export type TableSource = {
  /**
   * The tables in force. Rejects with ConfigError where a table is wrong and no good one was ever read, with
   * SourceUnavailable where the tables cannot be had now. Never returns half a change.
   */
  tables(): Promise<Tables>;
  /** A credential of authinfo by the name a route gives it; undefined where there is none. Rejects as tables() does. */
  credential(name: string): Promise<Credential | undefined>;
  /**
   * The newest credential, after a relay refused `refused`: read anew, single-flight, but not at every call. What
   * cannot be read anew is the one in memory: no other version than `refused` means that nothing better is known.
   */
  refresh(name: string, refused: Credential): Promise<Credential | undefined>;
  /**
   * The newest tables, for a caller whom `held` does not let in: read anew, with the shards of `password` that `names`
   * (users, principals' keys) are in; single-flight, but not at every call, since anybody may send a wrong password.
   * Waits a moment at most and never rejects: where newer ones cannot be had it is `held`. Lookups of `names` are at hand.
   */
  newest(held: Tables, names: readonly string[]): Promise<Tables>;
  /**
   * Seconds since the tables in force were last known to be the newest: it grows while newer ones cannot be read, and
   * while newer ones are wrong. Null where none are in force. Asked for at every request: it looks at no version.
   */
  age(): number | null;
  /** Which versions are in force and how old they are, for /dump. Never a secret. */
  status(): SourceStatus;
  /** Ends connections and timers. */
  close(): void;
};

export type SourceStatus = {
  readonly kind: 'memory' | 'file' | 'ssm';
  readonly age: number | null;
  /** A version a document (a parameter's version, a file's time of change). */
  readonly versions: Readonly<Record<string, string>>;
  /** What is wrong with the newest tables, where older ones serve instead or none do; null when all is well. */
  readonly problem: string | null;
};

/** A source's age: from a moment (milliseconds since the epoch; undefined for none) until now, in seconds. */
export function ageOf(moment: number | undefined, now: number): number | null {
  return moment === undefined ? null : Math.round((now - moment) / 1000);
}

/** Is told each distinct problem once, in words for the log; never a secret. */
export type Report = (problem: string) => void;

/** The tables cannot be had now (throttled, no network, no permission): try again. `cause` is for the log. */
export class SourceUnavailable extends Error {
  override readonly name = 'SourceUnavailable';
}
