import { mailboxOf } from '../mail/address.ts';
import type { Capabilities } from './capabilities.ts';
import { mailboxesIn, WRITTEN_BY_SERVER } from './message-fields.ts';
import type { Delivery, Relay } from './relay.ts';

/** Fields that every mailer writes in some way, or that are ours and not the client's. */
const COMMON: ReadonlySet<string> = new Set([
  ...['from', 'to', 'cc', 'reply-to', 'subject', 'x-haineko-loop'],
  ...WRITTEN_BY_SERVER,
]);

/** What of a mail a mailer cannot express, as the client named it; empty where it can express all. */
export function cannotExpress(can: Capabilities, delivery: Delivery): readonly string[] {
  const { message, envelope, head, body } = delivery;
  const { html, attachments } = message.content;
  const missing: string[] = [];
  if (html && !can.html) missing.push('html');
  if (attachments.length > 0 && !can.attachments) missing.push('attachments');
  else if (attachments.some(({ cid }) => cid !== undefined) && !can.inline)
    missing.push('attachments with a cid');
  for (const { name } of message.fields) {
    if (!canWrite(can, name.toLowerCase())) missing.push(`header.${name.toLowerCase()}`);
  }
  if (!can.severalFrom && mailboxesIn(delivery, 'from').length > 1)
    missing.push('header.from with several addresses');
  if (!can.cc) missing.push(...othersIn(delivery));
  const size = head.length + body.length;
  if (can.size !== undefined && size > can.size) missing.push(`${size} bytes, the limit is ${can.size}`);
  if (envelope.mail === null && !can.nullSender) missing.push('the null sender');
  return missing;
}

/** What of a mail keeps it from going by a mailer and the delivery's route; empty where nothing does. */
export function missingFor(
  { can, cannot }: Pick<Relay, 'can' | 'cannot'>,
  delivery: Delivery,
): readonly string[] {
  return [...cannotExpress(can, delivery), ...(cannot?.(delivery) ?? [])];
}

/** What of an accepted mail is not as it was given, in a sentence for the client. */
export function notesOn(
  mailer: string,
  { ownSender, ownMessageId, ownDate, charset }: Capabilities,
  delivery: Delivery,
): readonly string[] {
  const theirs = [
    !ownSender && 'envelope sender',
    !ownMessageId && 'Message-Id',
    !ownDate && 'Date',
    !charset && delivery.message.charset !== 'UTF-8' && 'charset',
  ].filter((each) => each !== false);
  return theirs.length === 0 ? [] : [`${mailer} may set its own: ${theirs.join(', ')}`];
}

function canWrite({ headers }: Capabilities, name: string): boolean {
  if (typeof headers === 'object') return !headers.except.includes(name);
  return headers || COMMON.has(name);
}

/** An API that makes the envelope from To and Cc would send to all of them (wire.md, "The outgoing mail"). */
function othersIn(delivery: Delivery): string[] {
  const recipient = mailboxOf(delivery.envelope.rcpt[0]);
  const names = ['to', 'cc'].filter((name) =>
    mailboxesIn(delivery, name).some(({ address }) => mailboxOf(address) !== recipient),
  );
  return names.map((name) => `header.${name} with others than the recipient`);
}
