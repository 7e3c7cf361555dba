import { type Checked, REFUSALS } from '../smtp/catalogue.ts';

/** The header fields that a client may give (wire.md, "The mail, as JSON"), beside list-* and x-*. */
const ALLOWED: ReadonlySet<string> = new Set([
  'from',
  'subject',
  'reply-to',
  'charset',
  'to',
  'cc',
  'sender',
  'in-reply-to',
  'references',
  'auto-submitted',
  'importance',
]);

/** Those that this server writes itself, so that they can be believed. */
const OURS: ReadonlySet<string> = new Set([
  'x-mailer',
  'x-smtp-engine',
  'x-http-referer',
  'x-originating-ip',
]);

const LOOP = 'x-haineko-loop';
/** Most servers that a mail may have been through; RFC 5321 6.3 has 100 Received fields for a loop. */
const MOST_SERVERS = 100;
/** Most fields that are looked at: nobody's mail has as many. */
const MOST_FIELDS = 500;
// RFC 5322 3.6.8: ftext; a field's name ends at 76 so that the name and its colon fit a line of 78 (2.1.1).
const FIELD_NAME = /^[!-9;-~]{1,76}$/;

export type GivenHeader = { readonly fields: ReadonlyMap<string, string>; readonly loop: readonly string[] };

/**
 * Reads `header`: fields by lower-case name, whose values are texts (x-haineko-loop a list too). A name that no client may
 * give is refused by name; `lenient` (the 0.2.17 format) leaves it out.
 */
export function readHeader(given: unknown, lenient: boolean): Checked<GivenHeader> {
  if (given === undefined) return { value: { fields: new Map(), loop: [] } };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { refused: REFUSALS.malformed('header: expected a mapping') };
  }
  const entries = Object.entries(given);
  if (entries.length > MOST_FIELDS)
    return { refused: REFUSALS.malformed(`header: expected at most ${MOST_FIELDS} fields`) };
  const fields = new Map<string, string>();
  let loop: string[] = [];
  for (const [written, value] of entries) {
    const lower = written.toLowerCase();
    const name = lower === 'replyto' ? 'reply-to' : lower;
    if (value === null || value === undefined) continue;
    if (fields.has(name)) {
      // "Subject" beside "subject": which of the two is meant cannot be known; of two aliases the first one wins
      if (lenient || name === 'reply-to') continue;
      return wrong(name, 'given twice');
    }
    if (name === LOOP) {
      const servers = readLoop(value);
      if (!servers)
        return wrong(name, `expected a text or a list of texts, of at most ${MOST_SERVERS} servers`);
      loop = servers;
      continue;
    }
    if (!mayGive(name)) {
      if (lenient) continue;
      const shown = written.length > 40 ? `${written.slice(0, 37)}...` : written;
      return wrong(
        shown,
        OURS.has(name) ? 'this field is written by the server' : 'not a field that a client may give',
      );
    }
    if (typeof value === 'object') return wrong(name, 'expected a text');
    fields.set(name, String(value));
  }
  return { value: { fields, loop } };
}

function mayGive(name: string): boolean {
  if (ALLOWED.has(name)) return true;
  return /^(?:x|list)-./.test(name) && FIELD_NAME.test(name) && !OURS.has(name);
}

function readLoop(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.every((each) => typeof each === 'string') ? list : undefined;
  // one more than is taken is enough to know that there are too many
  const servers = texts?.join().split(',', MOST_SERVERS + 1);
  if (!servers || servers.length > MOST_SERVERS) return undefined;
  return servers.map((each) => each.trim()).filter((each) => each !== '');
}

function wrong(name: string, detail: string): { refused: ReturnType<typeof REFUSALS.malformed> } {
  return { refused: REFUSALS.malformed(`header.${name}: ${detail}`) };
}
