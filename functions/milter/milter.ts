import type { Address } from '../mail/address.ts';
import type { MilterPhase } from '../tables/haineko-cf.ts';

/** What a milter may know of the session so far. */
export type MilterSession = {
  readonly queueid: string;
  readonly client: { readonly address: string; readonly userAgent: string | null };
  /** The authenticated user's name; an IAM principal's whole ARN. */
  readonly user: string | undefined;
  readonly ehlo: string | undefined;
  readonly mail: Address | undefined;
  readonly rcpt: readonly Address[];
};

/** The client's header fields by lower-case name: those of wire.md's list that it gave. */
export type MailHeader = ReadonlyMap<string, string>;
export type MailBody = { readonly text: string | undefined; readonly html: string | undefined };

/** A refusal in a milter's words; code and dsn default to the phase's own (wire.md, "Checks"). */
export type MilterRefusal = { readonly refuse: string; readonly code?: string; readonly dsn?: string };

type Verdict<Change> = MilterRefusal | Change | undefined | Promise<MilterRefusal | Change | undefined>;

/**
 * A milter: one function a phase it has a part in, in the order of an SMTP dialogue. Undefined: go on.
 * rcpt may add recipients (held against the table recipients as the client's own, not counted against their limit), head and body may return a changed value.
 */
export type Milter = {
  readonly name: string;
  readonly description: string;
  conn?(address: string, session: MilterSession): Verdict<never>;
  ehlo?(name: string, session: MilterSession): Verdict<never>;
  mail?(from: Address, session: MilterSession): Verdict<never>;
  rcpt?(to: Address, session: MilterSession): Verdict<{ readonly add: readonly Address[] }>;
  head?(header: MailHeader, session: MilterSession): Verdict<{ readonly header: MailHeader }>;
  body?(body: MailBody, session: MilterSession): Verdict<{ readonly body: MailBody }>;
};

/** The phases that a milter has a part in. */
export function phasesOf(milter: Milter, phases: readonly MilterPhase[]): ReadonlySet<string> {
  return new Set(phases.filter((phase) => milter[phase] !== undefined));
}
