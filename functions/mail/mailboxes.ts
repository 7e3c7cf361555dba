import { type Address, type AddressFault, parseAddress, toAsciiAddress } from './address.ts';
import { type Lexeme, lexAddresses } from './mailbox-lexer.ts';

/** A mailbox (RFC 5322 3.4): the name that is shown, '' where there is none, and the address. */
export type Mailbox = { readonly name: string; readonly address: Address };
/** A group, "undisclosed-recipients:;" for one. */
export type Group = { readonly group: string; readonly mailboxes: readonly Mailbox[] };
/** An address list as it is written, and all its mailboxes, those of groups too. */
export type AddressList = {
  readonly list: readonly (Mailbox | Group)[];
  readonly mailboxes: readonly Mailbox[];
};

type Fault = { readonly fault: AddressFault };
type Cursor = { readonly lexemes: readonly Lexeme[]; at: number };

const NONE: Fault = { fault: 'none' };

/**
 * What most fields say: one address, or a name of plain words and one in brackets. No quote, comment, special, blank run
 * or encoded word is in it, so that its lexemes need not be looked for.
 */
const ONE_PLAIN =
  /^(?:([!#-'*+\-/0-9A-Z^-~]+(?: [!#-'*+\-/0-9A-Z^-~]+)*) <([!#-'*+\--9=?A-Z^-~]+@[A-Za-z0-9.-]+)>|([!#-'*+\--9=?A-Z^-~]+@[A-Za-z0-9.-]+))$/;

/**
 * Parses an address list (RFC 5322 3.4; empty elements as in 4.4). Domains become A-labels; a local part that is
 * not ASCII is the fault `non-ascii`, anything else that is no list, the empty text too, is `none`.
 */
export function parseMailboxes(text: string): AddressList | Fault {
  const [, name = '', bracketed, lone] = ONE_PLAIN.exec(text) ?? [];
  const plain = bracketed ?? lone;
  if (plain !== undefined) {
    const address = parseAddress(plain);
    if (typeof address !== 'string') return address;
    const mailboxes = [{ name, address }];
    return { list: mailboxes, mailboxes };
  }
  const lexemes = lexAddresses(text);
  if (lexemes === undefined) return NONE;
  const cursor: Cursor = { lexemes, at: 0 };
  const list: (Mailbox | Group)[] = [];
  while (cursor.at < lexemes.length) {
    const entry = parseEntry(cursor, ',');
    if (entry === undefined) continue;
    if ('fault' in entry) return entry;
    list.push(entry);
  }
  const mailboxes = list.flatMap((entry) => ('group' in entry ? entry.mailboxes : [entry]));
  return list.length === 0 ? NONE : { list, mailboxes };
}

/** One mailbox or group and the separator after it; undefined for an empty element. */
function parseEntry(cursor: Cursor, end: ',' | ';'): Mailbox | Group | Fault | undefined {
  const words = until(cursor, ',;:<>');
  const stop = next(cursor);
  if (stop === '<') return parseAngle(cursor, phrase(words), end);
  if (stop === ':') return end === ';' ? NONE : parseGroup(cursor, phrase(words));
  if (stop === '>' || (stop === ';' && end === ',')) return NONE;
  // A group must be closed; its last member ends at the ";" that parseGroup reads.
  if (end === ';') {
    if (stop === undefined) return NONE;
    if (stop === ';') cursor.at -= 1;
  }
  if (words.every(isBlank)) return undefined;
  const address = toAddress(bare(words));
  // RFC 5322 3.4: the name in a comment is the old form; we keep it by writing the new one.
  const comment = words.find(({ kind }) => kind === 'comment');
  return typeof address === 'string' ? { name: comment?.value.trim() ?? '', address } : address;
}

function parseAngle(cursor: Cursor, name: string, end: ',' | ';'): Mailbox | Fault {
  const inside = until(cursor, ',;:<>');
  if (next(cursor) !== '>') return NONE;
  if (!until(cursor, ',;:<>').every(isBlank)) return NONE;
  const stop = next(cursor);
  if (end === ';' && stop === ';') cursor.at -= 1;
  else if (stop !== ',' && !(stop === undefined && end === ',')) return NONE;
  const address = toAddress(bare(inside));
  return typeof address === 'string' ? { name, address } : address;
}

function parseGroup(cursor: Cursor, group: string): Group | Fault {
  const mailboxes: Mailbox[] = [];
  while (cursor.lexemes[cursor.at]?.raw !== ';') {
    const entry = parseEntry(cursor, ';');
    if (entry === undefined) continue;
    if ('fault' in entry) return entry;
    if ('group' in entry) return NONE;
    mailboxes.push(entry);
  }
  cursor.at += 1;
  if (!until(cursor, ',;:<>').every(isBlank)) return NONE;
  const stop = next(cursor);
  return group === '' || (stop !== undefined && stop !== ',') ? NONE : { group, mailboxes };
}

/** The lexemes up to one of the specials, which stays unread. */
function until(cursor: Cursor, specials: string): readonly Lexeme[] {
  const from = cursor.at;
  const stops = ({ kind, raw }: Lexeme) => kind === 'special' && specials.includes(raw);
  while (cursor.at < cursor.lexemes.length && !stops(cursor.lexemes[cursor.at] as Lexeme)) cursor.at += 1;
  return cursor.lexemes.slice(from, cursor.at);
}

function next(cursor: Cursor): string | undefined {
  const lexeme = cursor.lexemes[cursor.at];
  cursor.at += 1;
  return lexeme?.raw;
}

function isBlank({ kind }: Lexeme): boolean {
  return kind === 'blank' || kind === 'comment';
}

/** What a phrase says: its words, one space where blanks or comments stood between them. */
function phrase(lexemes: readonly Lexeme[]): string {
  return lexemes
    .map((lexeme) =>
      isBlank(lexeme) ? ' ' : lexeme.kind === 'quoted' ? lexeme.value.replaceAll(' ', '\0') : lexeme.value,
    )
    .join('')
    .replace(/ +/g, ' ')
    .replace(/^ | $/g, '')
    .replaceAll('\0', ' ');
}

/** An addr-spec as written, the blanks and comments around it taken off; '' where some stand within it. */
function bare(lexemes: readonly Lexeme[]): string {
  const first = lexemes.findIndex((lexeme) => !isBlank(lexeme));
  const inner = lexemes.slice(first, lexemes.findLastIndex((lexeme) => !isBlank(lexeme)) + 1);
  return inner.some(isBlank) ? '' : inner.map(({ raw }) => raw).join('');
}

function toAddress(text: string): Address | Fault {
  const parsed = parseAddress(text);
  if (typeof parsed === 'string' || !/[^\x00-\x7f]/.test(text)) return parsed;
  const at = text.lastIndexOf('@');
  return toAsciiAddress(text) ?? { fault: at > 0 ? 'non-ascii' : 'none' };
}
