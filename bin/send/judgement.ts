import { textProperty } from '../../functions/relay/api/json.ts';
import type { Outcome } from '../../functions/smtp/reply.ts';

/** What became of one recipient. */
export type Result = {
  readonly rcpt: string;
  readonly outcome: Outcome;
  readonly mailer: string | null;
  readonly code: string | null;
  readonly dsn: string | null;
  readonly message: readonly string[];
};

/** What an attempt came to. */
export type Judgement = {
  /** One for each recipient that was asked for, then those that the relay added. */
  readonly results: readonly Result[];
  /** The recipients that may be posted again without anybody getting the mail twice. */
  readonly again: readonly string[];
  /** Those of whom it tells what became of earlier requests with the same key too: a journal was asked, or kept. */
  readonly told: readonly string[];
  /** Seconds that the server asks for before that. */
  readonly retryAfter: number | undefined;
  readonly queueid: string | undefined;
  /** What the relay says of the mail as a whole. */
  readonly notes: readonly string[];
};

/** From the one that matters least. Of several recipients the worst one decides. */
const SEVERITY: readonly Outcome[] = ['accepted', 'queued', 'rejected', 'deferred', 'unknown'];

/** The exit status of each outcome. */
export const EXIT_OF: Readonly<Record<Outcome, number>> = {
  accepted: 0,
  queued: 0,
  rejected: 1,
  deferred: 3,
  unknown: 4,
};

/** The worst outcome; `unknown` where there is none at all. */
export function worst(results: readonly Pick<Result, 'outcome'>[]): Outcome {
  const at = Math.max(...results.map(({ outcome }) => SEVERITY.indexOf(outcome)));
  return SEVERITY[at] ?? 'unknown';
}

/** The id of the relay's answer; an answer without one is not the relay's (wire.md, "HTTP statuses"). */
export function queueidOf(answer: unknown): string | undefined {
  return textProperty(answer, 'smtp.queueid') ?? textProperty(answer, 'queueid');
}

/** The same for every recipient: nobody told them apart. */
export function alike(
  recipients: readonly string[],
  outcome: Outcome,
  message: readonly string[],
): readonly Result[] {
  return recipients.map((rcpt) => ({ rcpt, outcome, mailer: null, code: null, dsn: null, message }));
}
