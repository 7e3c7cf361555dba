import { toAsciiDomain } from '../mail/address.ts';

/** A domain as a table writes it, Unicode or with the root's dot at its end; in the form in which addresses have it. */
export function tableDomain(text: string): string | undefined {
  return toAsciiDomain(text.replace(/\.$/, ''));
}
