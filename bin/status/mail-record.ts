import { property, textProperty } from '../../functions/relay/api/json.ts';
import type { Outcome } from '../../functions/smtp/reply.ts';

/** What somebody said of a recipient: a server, or the relay itself. */
export type Said = {
  /** What spoke: mailer and host:port, as far as they are told. */
  readonly by: string;
  readonly code: string | null;
  readonly dsn: string | null;
  readonly message: readonly string[];
};

/** What a relay knows of one recipient. */
export type RecipientRecord = {
  readonly rcpt: string;
  /** Null: it is being tried. */
  readonly outcome: Outcome | null;
  readonly reply: Said | undefined;
  readonly attempts: readonly (Said & { readonly time: string })[];
  /** When it is tried again by itself, where it is. */
  readonly next: string | undefined;
};

/** What GET /status tells of a mail, as far as it is shown. */
export type MailRecord = {
  readonly queueid: string;
  readonly addresser: string | undefined;
  readonly received: string | undefined;
  readonly recipients: readonly RecipientRecord[];
};

const OUTCOMES: readonly Outcome[] = ['accepted', 'queued', 'rejected', 'deferred', 'unknown'];

/** Reads the document of GET /status; undefined for anything else. */
export function mailRecord(document: unknown): MailRecord | undefined {
  const queueid = textProperty(document, 'queueid');
  const recipients = listOf(property(document, 'recipients'));
  if (queueid === undefined || recipients.length === 0) return undefined;
  return {
    queueid,
    addresser: textProperty(document, 'addresser'),
    received: textProperty(document, 'received'),
    recipients: recipients.map(recipientRecord),
  };
}

function recipientRecord(told: unknown): RecipientRecord {
  const outcome = property(told, 'outcome');
  const reply = property(told, 'reply');
  return {
    rcpt: textProperty(told, 'rcpt') ?? '-',
    // a word that a later version may have is none that says it was sent
    outcome: outcome === null ? null : (OUTCOMES.find((each) => each === outcome) ?? 'unknown'),
    reply: reply === null || reply === undefined ? undefined : said(reply),
    attempts: listOf(property(told, 'attempts')).map((each) => ({
      time: textProperty(each, 'time') ?? '-',
      ...said(each),
    })),
    next: textProperty(told, 'next'),
  };
}

function said(reply: unknown): Said {
  const host = textProperty(reply, 'host');
  const port = property(reply, 'port');
  const place = host === undefined ? undefined : `${host.includes(':') ? `[${host}]` : host}`;
  const peer = place !== undefined && typeof port === 'number' ? `${place}:${port}` : place;
  return {
    by: [textProperty(reply, 'mailer') ?? '-', ...(peer === undefined ? [] : [peer])].join(' '),
    code: textProperty(reply, 'code') ?? null,
    dsn: textProperty(reply, 'dsn') ?? null,
    message: listOf(property(reply, 'message')).filter((each) => typeof each === 'string'),
  };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
