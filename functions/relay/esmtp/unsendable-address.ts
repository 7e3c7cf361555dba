import { unfit } from '../own-answers.ts';
import type { Answer, Delivery } from '../relay.ts';

/** nodemailer refuses < and > even where RFC 5321 4.1.2 allows them, in a quoted local part. */
export function unsendableAddress({ envelope }: Delivery): Answer | undefined {
  // RFC 3463 X.1.7 bad sender's mailbox address syntax, X.1.3 bad destination mailbox address syntax
  if (/[<>]/.test(envelope.mail ?? ''))
    return unfit('553', '5.1.7', 'MAIL', 'Sender address cannot be relayed');
  if (/[<>]/.test(envelope.rcpt[0]))
    return unfit('553', '5.1.3', 'RCPT', 'Recipient address cannot be relayed');
  return undefined;
}
