import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

declare const brand: unique symbol;

/** An addr-spec that is safe in an SMTP command: ASCII, no space, no control character. Only parseAddress makes one. */
export type Address = string & { readonly [brand]: true };

/** What is wrong with a text that should be an address. */
export type AddressFault = 'none' | 'non-ascii';

const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
// RFC 5321 4.1.2: Local-part = Dot-string / Quoted-string. Quoted-string allows %d32-126, with " and \ quoted.
const LOCAL = `(?:${ATEXT}+(?:\\.${ATEXT}+)*|"(?:[ !#-\\[\\]-~]|\\\\[ -~])*")`;
// RFC 5321 4.1.2: sub-domain = Let-dig [Ldh-str]; RFC 1035 2.3.4: 63 octets a label.
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
// RFC 5321 4.1.3: address-literal; whether it is an address is for isIP to say.
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[(?:IPv6:)?[0-9A-Fa-f.:]{2,45}\\])`;
const ADDRESS = new RegExp(`^${LOCAL}@${DOMAIN}$`);
const DOMAIN_ONLY = new RegExp(`^(?=.{1,255}$)${DOMAIN}$`);
// An address stands somewhere in the text: what tells "not ASCII" from "no address" (wire.md, checks on mail and rcpt).
const SOME_ADDRESS = /[\x21-\x7e]@[A-Za-z0-9[]/;

/** Parses one addr-spec. Returns the address, or the fault: `none` (no address) or `non-ascii`. RFC 5321 4.1.2. */
export function parseAddress(text: string): Address | { fault: AddressFault } {
  if (/[^\x00-\x7f]/.test(text)) return { fault: SOME_ADDRESS.test(text) ? 'non-ascii' : 'none' };
  // RFC 5321 4.5.3.1: 64 octets of local part, 255 of domain, 256 of path with its brackets.
  const at = text.lastIndexOf('@');
  if (at < 1 || at > 64 || text.length > 254 || !ADDRESS.test(text)) return { fault: 'none' };
  const [, v6, literal] = /@\[(IPv6:)?(.*)\]$/.exec(text) ?? [];
  if (literal !== undefined && isIP(literal) !== (v6 ? 6 : 4)) return { fault: 'none' };
  return text as Address;
}

/** The address, or undefined where parseAddress finds a fault. */
export function addressOf(text: string): Address | undefined {
  const parsed = parseAddress(text);
  return typeof parsed === 'string' ? parsed : undefined;
}

/** The domain of an address, in lower case: the key of mailertable and sendermt. */
export function domainOf(address: Address): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** The address for comparing: our tables ignore the case of both parts (wire.md, "Where 0.2.17 is wrong"). */
export function foldCase(address: string): string {
  return address.toLowerCase();
}

/** One text for all spellings of a mailbox: RFC 5321 4.1.2 has no difference between "neko" quoted and not, 2.4 none of case in a domain. */
export function mailboxOf(address: Address): string {
  const local = address.slice(0, address.lastIndexOf('@'));
  const plain = /^"(.*)"$/.exec(local)?.[1]?.replace(/\\(.)/g, '$1');
  const simple = plain !== undefined && ADDRESS.test(`${plain}@x`) ? plain : local;
  return `${simple}@${domainOf(address)}`;
}

/** A domain in lower case, its labels as A-labels (IDNA, RFC 5890 2.3.2.1); undefined for what is no domain. */
export function toAsciiDomain(text: string): string | undefined {
  // RFC 5321 4.5.3.1.2; what IDNA does to a longer one takes seconds
  if (text.length > 255) return undefined;
  // domainToASCII reads a URL's host: it cuts at / and ?, decodes %41, and makes 1.2 the address 1.0.0.2
  const ascii = /^[\x21-\x7e]*$/.test(text)
    ? text
    : /[\x00-\x20/?#\\@:%[\]]/.test(text)
      ? ''
      : domainToASCII(text);
  return DOMAIN_ONLY.test(ascii) ? ascii.toLowerCase() : undefined;
}

/** An address whose domain is made of A-labels; undefined where there is none. */
export function toAsciiAddress(text: string): Address | undefined {
  const at = text.lastIndexOf('@');
  const domain = at < 1 ? undefined : toAsciiDomain(text.slice(at + 1));
  return domain === undefined ? undefined : addressOf(`${text.slice(0, at)}@${domain}`);
}
