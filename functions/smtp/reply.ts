/** What became of one recipient. `queued`: we hold the mail; `unknown`: it may have been sent. */
export type Outcome = 'accepted' | 'queued' | 'rejected' | 'deferred' | 'unknown';

/** One recipient's (or, before RCPT, the session's) answer, as an SMTP server would give it (RFC 5321 4.2, RFC 3463). */
export type Reply = {
  /** Reply code of three digits, "250". */
  readonly code: string;
  /** Enhanced status code (RFC 3463), "2.0.0"; null where the server gave none. */
  readonly dsn: string | null;
  readonly error: 0 | 1;
  /** The command that was refused, or the first unanswered: CONN, EHLO, AUTH, MAIL, RCPT, DATA, QUIT, HTTP, POST, CONF. */
  readonly command: string | null;
  readonly message: readonly string[];
  readonly outcome: Outcome;
  readonly rcpt?: string | undefined;
  readonly mailer?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** The code came from a server, not from us: 0.2.17 wrote such codes as strings, its own as numbers. */
  readonly relayed?: true;
  /** Seconds after which a deferred mail may be tried again, where the server said so. */
  readonly retryAfter?: number;
  /** Sentences for the client: where the mail is not quite what was asked for. */
  readonly notes?: readonly string[];
  /** Goes to the log and never to the client. */
  readonly cause?: string;
  /** The entry that led this way, where a fallback was taken; null where no table says anything. */
  readonly entry?: string | null;
  /** The ways that had failed by their own fault before this one was taken, in order. */
  readonly before?: readonly { readonly entry: string | null; readonly reply: Reply }[];
};

const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)/;

/** The enhanced status code at the head of a reply's text (RFC 2034 4), or null. */
export function enhancedCode(text: string): string | null {
  return ENHANCED.exec(text)?.[1] ?? null;
}

/**
 * Parses a complete SMTP reply, one or several lines (RFC 5321 4.2.1): code, enhanced code and the lines' text
 * as they came; undefined for what is no reply.
 */
export function parseReply(raw: string): { code: string; dsn: string | null; message: string[] } | undefined {
  const lines = raw.split(/\r?\n/).filter((line) => line !== '');
  const code = /^([2-5]\d\d)(?:[ -]|$)/.exec(lines[0] ?? '')?.[1];
  if (code === undefined) return undefined;
  const message = lines.map((line) => line.replace(/^\d{3}[ -]?/, ''));
  return { code, dsn: enhancedCode(message[0] ?? ''), message };
}
