import { unfit } from '../own-answers.ts';
import type { Answer, Delivery } from '../relay.ts';

/**
 * RFC 5321 4.1.2 allows < and > in a quoted local part; a server that does not read quotes would end the path there. CR and
 * LF are in no Address: here stands the last guard before they could end a command.
 */
export function unsendableAddress({ envelope }: Delivery): Answer | undefined {
  // RFC 3463 X.1.7 bad sender's mailbox address syntax, X.1.3 bad destination mailbox address syntax
  if (/[\r\n<>]/.test(envelope.mail ?? ''))
    return unfit('553', '5.1.7', 'MAIL', 'Sender address cannot be relayed');
  if (/[\r\n<>]/.test(envelope.rcpt[0]))
    return unfit('553', '5.1.3', 'RCPT', 'Recipient address cannot be relayed');
  return undefined;
}
