import { mailboxOf } from '../mail/address.ts';
import { type AddressList, type Mailbox, parseMailboxes } from '../mail/mailboxes.ts';
import type { Delivery } from './relay.ts';

/** Fields that the server writes, so that they can be believed, in lower case (functions/app/header-fields.ts). */
export const WRITTEN_BY_SERVER: readonly string[] = [
  'received',
  'date',
  'message-id',
  'x-mailer',
  'x-smtp-engine',
  'x-http-referer',
  'x-originating-ip',
];

/** A header field's value before it was encoded; undefined where the mail has none of that name. */
export function fieldText({ message }: Delivery, wanted: string): string | undefined {
  return message.fields.find(({ name }) => name.toLowerCase() === wanted)?.value;
}

/** An address field as it is written, and all its mailboxes; nothing where there is no such field. */
export function addressesIn(delivery: Delivery, wanted: string): Partial<AddressList> {
  const parsed = parseMailboxes(fieldText(delivery, wanted) ?? '');
  return 'mailboxes' in parsed ? parsed : {};
}

/** The mailboxes of an address field, those of groups too; none where there is no such field. */
export function mailboxesIn(delivery: Delivery, wanted: string): readonly Mailbox[] {
  return addressesIn(delivery, wanted).mailboxes ?? [];
}

/** The recipient as To or Cc name it, with the name that is shown; as in the envelope where they do not. */
export function recipientOf(delivery: Delivery): Mailbox {
  const [address] = delivery.envelope.rcpt;
  const wanted = mailboxOf(address);
  const named = [...mailboxesIn(delivery, 'to'), ...mailboxesIn(delivery, 'cc')].find(
    (each) => mailboxOf(each.address) === wanted,
  );
  return { name: named?.name ?? '', address };
}

/** Fields that APIs have a key of their own for, refuse or write themselves. */
const SAID_OTHERWISE = new Set(['from', 'to', 'cc', 'reply-to', 'subject', 'received', 'date']);

/** The other header fields as they stand in the mail: encoded (RFC 2047), unfolded (RFC 5322 2.2.3). */
export function otherFields({
  head,
  message,
}: Delivery): readonly (readonly [name: string, value: string])[] {
  const ours = new Set(message.fields.map(({ name }) => name.toLowerCase()));
  const lines = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
    .toString('latin1')
    .split(/\r\n(?![ \t])/);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const lower = name.toLowerCase();
    // what describes the body is the provider's to write: it composes the body itself
    if (colon < 1 || SAID_OTHERWISE.has(lower) || !ours.has(lower)) return [];
    return [
      [
        name,
        line
          .slice(colon + 1)
          .replace(/\r\n/g, '')
          .trim(),
      ] as const,
    ];
  });
}
