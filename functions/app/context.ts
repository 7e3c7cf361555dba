import type { Journal } from '../journal/journal.ts';
import type { Milter } from '../milter/milter.ts';
import type { Relay } from '../relay/relay.ts';
import type { Authenticator } from '../session/basic-auth.ts';
import type { TableSource } from '../store/source.ts';
import type { Measured } from './metrics.ts';

/** A request as the app sees it, from API Gateway or from a socket: plain values, no web Request. */
export type HttpRequest = {
  readonly method: string;
  /** Without query string. */
  readonly path: string;
  /** By lower-case name; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array | string;
  /** The peer, as the platform tells it. */
  readonly remote: { readonly address: string; readonly port: number | null };
  /**
   * The ARN of the IAM principal that signed it, as the platform (never the caller) tells it; empty where it tells none.
   * Absent where nobody asks for a signature.
   */
  readonly principal?: string;
  /** A web page of another site made it: its address is the reader's, and no reason to trust it. */
  readonly foreign?: boolean;
  /** The moment (milliseconds since the epoch) by which the answer must be ready. */
  readonly deadline: number;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What the app needs of the world; only entries and bin/ put it together. */
export type Context = {
  readonly source: TableSource;
  readonly relays: ReadonlyMap<string, Relay>;
  readonly milters: ReadonlyMap<string, Milter>;
  readonly authenticator: Authenticator;
  /** Milliseconds since the epoch, by the wall clock. */
  now(): number;
  random(octets: number): Uint8Array;
  log(line: LogLine): void;
  /** Takes what was measured; on Lambda it becomes a log line that CloudWatch makes metrics of. Never throws. */
  measure(measured: Measured): void;
  /** What became of mails is written down; absent: nowhere. */
  readonly journal?: Keeping;
  /** Where the File mailer writes when its route names no directory. */
  readonly outbox: string;
  /** Where the Screen mailer prints. */
  print(text: string): void;
  /** Every request needs Basic authentication, whatever haineko.cf says. */
  readonly requireAuth: boolean;
  /** GET /submit with a body is taken, as the original does in development. */
  readonly development: boolean;
};

/** The journal, which is loaded when it is needed: `everyMail` also for mails without an Idempotency-Key. */
export type Keeping = { readonly everyMail: boolean; load(): Promise<Journal> };

/** One structured log line: never a body, a credential or a full subject. */
export type LogLine = {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly [key: string]: unknown;
};
