import { mailboxOf } from '../mail/address.ts';
import type { Capabilities } from './capabilities.ts';
import { addressesIn, mailboxesIn, WRITTEN_BY_SERVER } from './message-fields.ts';
import type { Delivery, Relay } from './relay.ts';

/** Fields that every mailer writes in some way, or that are ours and not the client's. */
const COMMON: ReadonlySet<string> = new Set([
  ...['from', 'to', 'cc', 'reply-to', 'subject', 'x-haineko-loop'],
  ...WRITTEN_BY_SERVER,
]);

/** What of a mail a mailer cannot express, as the client named it; empty where it can express all. */
export function cannotExpress(can: Capabilities, delivery: Delivery): readonly string[] {
  const { message, envelope } = delivery;
  const { html, attachments } = message.content;
  const missing: string[] = [];
  if (html && !can.html) missing.push('html');
  if (attachments.length > 0 && !can.attachments) missing.push('attachments');
  else if (attachments.some(({ cid }) => cid !== undefined) && !can.inline)
    missing.push('attachments with a cid');
  if (!can.headers) {
    const names = message.fields.map(({ name }) => name.toLowerCase());
    missing.push(...names.filter((name) => !COMMON.has(name)).map((name) => `header.${name}`));
  }
  if (!can.severalFrom && mailboxesIn(delivery, 'from').length > 1)
    missing.push('header.from with several addresses');
  if (!can.cc) missing.push(...unsayableAddresses(delivery));
  if (can.size !== undefined) {
    const size = delivery.head.length + delivery.body.length;
    if (size > can.size) missing.push(`${size} bytes, the limit is ${can.size}`);
  }
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

/**
 * What an API cannot say that takes mailboxes apart and makes the envelope of them: it would send to all whom To and Cc
 * name (wire.md, "The outgoing mail"), and has no word for a group, nor for Cc without others in it.
 */
function unsayableAddresses(delivery: Delivery): string[] {
  const recipient = mailboxOf(delivery.envelope.rcpt[0]);
  const missing: string[] = [];
  for (const name of ['from', 'to', 'cc', 'reply-to']) {
    const { list = [], mailboxes = [] } = addressesIn(delivery, name);
    const sentTo = name === 'to' || name === 'cc';
    if (sentTo && mailboxes.some(({ address }) => mailboxOf(address) !== recipient))
      missing.push(`header.${name} with others than the recipient`);
    else if (list.some((each) => 'group' in each)) missing.push(`header.${name} with a group`);
    else if (name === 'to' && mailboxes.length > 1) missing.push('header.to with several addresses');
    else if (name === 'cc' && list.length > 0) missing.push('header.cc');
  }
  return missing;
}
