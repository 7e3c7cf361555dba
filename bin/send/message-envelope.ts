import type { Email } from 'postal-mime';
import { foldCase } from '../../functions/mail/address.ts';
import { parseMailboxes } from '../../functions/mail/mailboxes.ts';
import { CommandFailure } from '../command.ts';
import type { SendOptions } from './options.ts';

/**
 * The envelope of a message, as far as --from and --to do not give it: the sender by From (of several by Sender, RFC 5322
 * 3.6.2), the recipients by To, Cc and Bcc. Throws a CommandFailure where these say none.
 */
export function messageEnvelope(
  { headers }: Email,
  { from, to }: SendOptions,
): { readonly mail?: string; readonly rcpt?: readonly string[] } {
  return {
    ...(from === undefined && { mail: senderIn(headers) }),
    ...(to === undefined && { rcpt: recipientsIn(headers) }),
  };
}

type Headers = Email['headers'];

function senderIn(headers: Headers): string {
  const from = addressesIn(headers, 'from');
  const [only, second] = from.length === 1 ? from : addressesIn(headers, 'sender');
  if (only !== undefined && second === undefined) return only;
  throw new CommandFailure('--eml: the message names no one sender (From, Sender)', 'Say --from ADDRESS.', 2);
}

function recipientsIn(headers: Headers): readonly string[] {
  // RFC 5322 3.6.6: these say who gets it now, To who got it before
  if (headers.some(({ key }) => /^resent-(?:to|cc|bcc)$/.test(key)))
    throw new CommandFailure('--eml: the message was resent (Resent-To)', 'Say --to ADDRESS.', 2);
  const all = ['to', 'cc', 'bcc'].flatMap((name) => addressesIn(headers, name));
  const once = new Set<string>();
  if (all.length > 0) return all.filter((each) => once.size < once.add(foldCase(each)).size);
  throw new CommandFailure('--eml: the message names no recipient (To, Cc, Bcc)', 'Say --to ADDRESS.', 2);
}

function addressesIn(headers: Headers, name: string) {
  return headers
    .filter(({ key, value }) => key === name && value.trim() !== '')
    .flatMap(({ originalKey, value }) => {
      const read = parseMailboxes(value);
      if (!('fault' in read)) return read.mailboxes.map(({ address }) => address);
      const why =
        read.fault === 'non-ascii' ? 'an address that is not ASCII' : 'what is no list of addresses';
      throw new CommandFailure(
        `--eml: the field ${originalKey} holds ${why} (RFC 5322 3.4)`,
        `Say ${name === 'from' || name === 'sender' ? '--from' : '--to'} ADDRESS.`,
        2,
      );
    });
}
