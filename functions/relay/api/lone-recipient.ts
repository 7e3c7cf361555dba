import { unfit } from '../own-answers.ts';
import type { Answer, Delivery } from '../relay.ts';

/**
 * Refuses a recipient whose quoted local part holds what separates recipients, for an API that takes them as one text: it
 * would read several there, to whom nobody has let us send.
 */
export function notAlone({ envelope }: Delivery): Answer | undefined {
  if (!/[,;<>]/.test(envelope.rcpt[0])) return undefined;
  // RFC 3463 X.1.3: bad destination mailbox address syntax
  return unfit('553', '5.1.3', 'RCPT', 'Recipient address cannot be relayed');
}
