import { decodeWords, type Email, type Header } from 'postal-mime';
import { type Mailbox, parseMailboxes } from '../../functions/mail/mailboxes.ts';
import { CHARSETS } from '../../functions/mail/message.ts';
import { commandsProvider } from '../../functions/mail/provider-headers.ts';
import { readHeader } from '../../functions/session/header-names.ts';
import { checkHeader } from '../../functions/session/header-values.ts';
import { unsubscribeFault } from '../../functions/session/unsubscribe.ts';
import { isRefused } from '../../functions/smtp/catalogue.ts';

/** The header of a message: what goes along, what the relay writes anew, and what nobody carries, by names. */
export type CarriedFields = {
  readonly header: ReadonlyMap<string, string>;
  readonly written: readonly string[];
  readonly lost: readonly string[];
};

/** Of the body: made anew with it. Bcc has done its work when the envelope is made. */
const NOT_MISSED = /^(?:mime-version|content-.*|bcc)$/;
/** Every mail gets its own. */
const WRITTEN_ANEW: ReadonlySet<string> = new Set(['date', 'message-id', 'x-mailer', 'x-smtp-engine']);
const ADDRESSES: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'sender', 'reply-to']);
/** Names of the API that are no header fields of a message. */
const NOT_OF_MESSAGES: ReadonlySet<string> = new Set(['charset', 'replyto']);
/** Without these it would be another mail: the relay says what is wrong with them. */
const NEVER_LEFT_OUT: ReadonlySet<string> = new Set(['from', 'subject']);
const ONE_CLICK = 'list-unsubscribe-post';
/** Most names in a sentence. */
const MOST_NAMES = 30;

/** The header fields of a message that POST /submit takes (wire.md, "Header fields"), decoded. */
export function messageFields({ headers }: Email): CarriedFields {
  const header = new Map<string, string>();
  const written = new Set<string>();
  const lost = new Map<string, number>();
  for (const field of headers) {
    const { key, originalKey: name } = field;
    if (NOT_MISSED.test(key)) continue;
    const value = decoded(field);
    const before = header.get(key);
    if (WRITTEN_ANEW.has(key)) written.add(name);
    else if (before === undefined && isTaken(key, value)) header.set(key, value);
    // RFC 5322 4.5.3: more than one are obsolete, and read as one
    else if (before !== undefined && (key === 'to' || key === 'cc')) header.set(key, `${before}, ${value}`);
    else lost.set(name, (lost.get(name) ?? 0) + 1);
  }
  const charset = charsetOf(headers);
  if (charset !== undefined) header.set('charset', charset);
  if (header.has(ONE_CLICK) && unsubscribeFault(ONE_CLICK, header) !== undefined) {
    header.delete(ONE_CLICK);
    lost.set('List-Unsubscribe-Post', 1);
  }
  return { header, written: [...written], lost: namesOf(lost) };
}

function namesOf(lost: ReadonlyMap<string, number>): string[] {
  const names = [...lost].map(([name, count]) => (count > 1 ? `${name} (${count})` : name));
  return names.length > MOST_NAMES
    ? [...names.slice(0, MOST_NAMES), `and ${names.length - MOST_NAMES} more`]
    : names;
}

function isTaken(key: string, value: string): boolean {
  if (NOT_OF_MESSAGES.has(key) || commandsProvider(key)) return false;
  if (isRefused(readHeader({ [key]: value }, false))) return false;
  if (NEVER_LEFT_OUT.has(key)) return true;
  // the field beside it says whether this one may be there
  if (key === ONE_CLICK) return true;
  return checkHeader(new Map([[key, value]])) === undefined;
}

function decoded({ key, value }: Header): string {
  const text = value.trim();
  if (!ADDRESSES.has(key)) return decodeWords(text);
  const read = parseMailboxes(text);
  if ('fault' in read) return text;
  return read.list
    .map((each) =>
      'group' in each
        ? `${quoted(each.group)}: ${each.mailboxes.map(mailboxText).join(', ')};`
        : mailboxText(each),
    )
    .join(', ');
}

function mailboxText({ name, address }: Mailbox): string {
  return name === '' ? address : `${quoted(name)} <${address}>`;
}

/** RFC 5322 3.2.4, after the encoded words are read: what they hid may be a comma. */
function quoted(name: string): string {
  return `"${decodeWords(name).replace(/["\\]/g, '\\$&')}"`;
}

/** The charset of a message that is one text. */
function charsetOf(headers: readonly Header[]): string | undefined {
  const type = headers.find(({ key }) => key === 'content-type')?.value ?? '';
  const [, name = ''] = /^\s*text\/plain\s*;.*\bcharset\s*=\s*"?([\w-]+)/is.exec(type) ?? [];
  return CHARSETS.find((each) => each === name.toUpperCase());
}
