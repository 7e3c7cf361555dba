import { LONGEST_LINE } from '../mail/fold.ts';
import { fieldFault } from '../mail/header.ts';
import { parseMailboxes } from '../mail/mailboxes.ts';
import type { Field } from '../mail/message.ts';
import { commandsProvider } from '../mail/provider-headers.ts';
import { REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import { unsubscribeFault } from './unsubscribe.ts';

/** Header fields that hold addresses (RFC 5322 3.6.2, 3.6.3). */
const ADDRESSES: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'sender', 'reply-to']);
/** Fields whose syntax is ASCII tokens (RFC 5322 3.6.4, RFC 2369 2, RFC 3834 5): never encoded, only folded. */
const STRUCTURED = /^(?:in-reply-to|references|auto-submitted|importance|list-.*)$/;

/** The names that most mails have, as they are written. */
const WRITTEN = new Map(
  ['from', 'to', 'cc', 'sender', 'reply-to', 'subject'].map((name) => [name, inCapitals(name)]),
);

function inCapitals(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

/** A field that the client gave, by its lower-case name, as it is going to be written. */
export function clientField(name: string, value: string): Field {
  const written = WRITTEN.get(name) ?? inCapitals(name);
  if (ADDRESSES.has(name)) return { name: written, kind: 'addresses', value };
  if (!STRUCTURED.test(name) || !/^[\x20-\x7e\t]*$/.test(value))
    return { name: written, kind: 'text', value };
  // a list field may only fold between its URIs: a blank there is a place to do it
  const list = name.startsWith('list-') ? value.replace(/>[ \t]*,[ \t]*</g, '>, <') : value;
  return { name: written, kind: 'structured', value: list };
}

/**
 * Most characters of all header fields together: many times what a mail ever has, and what can be folded and encoded
 * anew for each recipient.
 */
const MOST_HEADER = 32_768;

/** Checks the values of header fields; the first that cannot stand in a mail is refused by name. */
export function checkHeader(header: ReadonlyMap<string, string>): Refusal | undefined {
  let size = 0;
  for (const [name, value] of header) size += name.length + value.length;
  if (size > MOST_HEADER) return REFUSALS.headerTooLarge(MOST_HEADER);
  for (const [name, value] of header) {
    // refused, never folded: who writes a line break into a header wants another header
    if (/[\r\n\0]/.test(value)) return REFUSALS.headerInvalid(`header.${name}: holds a line break or NUL`);
    if (commandsProvider(name)) return REFUSALS.headerCommandsProvider(name);
    const refusal = value.trim() === '' ? undefined : checkField(name, value, header);
    if (refusal) return refusal;
  }
  return undefined;
}

function checkField(name: string, value: string, header: ReadonlyMap<string, string>): Refusal | undefined {
  const field = clientField(name, value);
  if (field.kind === 'addresses') return checkMailboxes(name, value, header);
  const fault = fieldFault(field);
  if (fault === 'long')
    return REFUSALS.headerInvalid(
      `header.${name}: a word or URI is too long for a line of ${LONGEST_LINE} octets (RFC 5322 2.1.1)`,
    );
  if (fault) return REFUSALS.headerInvalid(`header.${name}: cannot be written as a header field`);
  const expected = unsubscribeFault(name, header);
  return expected === undefined ? undefined : REFUSALS.headerInvalid(`header.${name}: ${expected}`);
}

function checkMailboxes(
  name: string,
  value: string,
  header: ReadonlyMap<string, string>,
): Refusal | undefined {
  const parsed = parseMailboxes(value);
  if ('fault' in parsed) {
    return parsed.fault === 'non-ascii'
      ? REFUSALS.headerAddressNotAscii(name)
      : REFUSALS.headerInvalid(`header.${name}: expected one or several addresses (RFC 5322 3.4)`);
  }
  const count = parsed.mailboxes.length;
  // RFC 5322 3.6.2: Sender is one mailbox, and must be there where From has several
  if (name === 'sender' && count !== 1) {
    return REFUSALS.headerInvalid('header.sender: expected one address (RFC 5322 3.6.2)');
  }
  if (name === 'from' && count === 0) {
    return REFUSALS.headerInvalid('header.from: expected an address (RFC 5322 3.6.2)');
  }
  if (name === 'from' && count > 1 && !header.get('sender')?.trim()) {
    return REFUSALS.headerInvalid('header.from: several addresses need header.sender (RFC 5322 3.6.2)');
  }
  return undefined;
}
