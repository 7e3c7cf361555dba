import type { AddressFault } from './address.ts';
import { addressTokens } from './address-field.ts';
import type { Codec } from './codec.ts';
import { fold, LINE, LONGEST_LINE, splitWords, type Token } from './fold.ts';
import { parseMailboxes } from './mailboxes.ts';
import type { Field } from './message.ts';
import { textTokens } from './text-field.ts';

/**
 * Why a field cannot be written: `name` is no field name, `control` is a character that would end or hide the
 * line, `long` is a word that cannot be folded, `none` and `non-ascii` as in AddressFault.
 */
export type FieldFault = 'name' | 'control' | 'long' | AddressFault;

// RFC 5322 3.6.8: printable ASCII but ":"; short enough for its line.
const NAME = /^[!-9;-~]{1,200}$/;
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;

/** The fault of a field, or undefined where writeField can write it. Callers ask before they promise anything. */
export function fieldFault(field: Field): FieldFault | undefined {
  const tokens = tokensOf(field, undefined);
  return typeof tokens === 'string' ? tokens : undefined;
}

/** A header field as lines of 7-bit octets (RFC 5322 2.2). Throws where fieldFault finds a fault. */
export function writeField(field: Field, codec: Codec): string {
  if (fitsAsItIs(field)) return `${field.name}: ${field.value}\r\n`;
  const tokens = tokensOf(field, codec);
  if (typeof tokens === 'string')
    throw new TypeError(`Header field ${JSON.stringify(field.name)}: ${tokens}`);
  return fold(field.name, tokens);
}

/** Whether a field needs no cutting: it is one line of printable ASCII that begins and ends with no blank. Most are. */
function fitsAsItIs({ name, kind, value }: Field): boolean {
  return (
    kind !== 'addresses' && name.length + value.length + 2 <= LINE && PLAIN.test(value) && NAME.test(name)
  );
}

/** The field's tokens, or its fault. Without a codec nothing is encoded: the faults do not depend on it. */
function tokensOf({ name, kind, value }: Field, codec: Codec | undefined): Token[] | FieldFault {
  if (!NAME.test(name)) return 'name';
  // RFC 5322 2.2: CR and LF end a field; NUL is obsolete (RFC 5322 4).
  if (/[\r\n\0]/.test(value)) return 'control';
  if (kind === 'text') return codec === undefined ? [] : textTokens(name, value, codec);
  if (kind === 'structured') return structuredTokens(value);
  const list = parseMailboxes(value);
  if ('fault' in list) return list.fault;
  return codec === undefined ? [] : addressTokens(name, list, codec);
}

/** A structured field is written as it is, folded at the blanks that it has (RFC 5322 2.2.2). */
function structuredTokens(value: string): Token[] | FieldFault {
  if (/[^\x00-\x7f]/.test(value)) return 'non-ascii';
  if (/[^\t -~]/.test(value)) return 'control';
  const tokens = splitWords(value);
  const fits = tokens.every(({ gap, text }) => gap.length + text.length <= LONGEST_LINE);
  return fits ? tokens : 'long';
}
