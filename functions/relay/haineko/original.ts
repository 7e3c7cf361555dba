import { EVERYTHING } from '../capabilities.ts';
import { cannotExpress } from '../expressible.ts';
import { fieldText } from '../message-fields.ts';
import type { Delivery } from '../relay.ts';

/** It reads `from`, `replyto` and `subject` of `header`, and `body`; everything else it leaves out without a word. */
const HEARD = { ...EVERYTHING, html: false, attachments: false, inline: false, headers: false };

/** What of a mail Haineko 0.2.17 would leave out, as the client named it. */
export function unheardBy0217(delivery: Delivery): readonly string[] {
  const to = fieldText(delivery, 'to');
  return [
    ...cannotExpress(HEARD, delivery),
    // it writes To by itself: the recipient's address, and no name
    ...(to !== undefined && to !== delivery.envelope.rcpt[0] ? ['header.to'] : []),
    ...(fieldText(delivery, 'cc') !== undefined ? ['header.cc'] : []),
  ];
}

/** Whether a route says that it leads to Haineko 0.2.17. */
export function isOriginal({ route }: Delivery): boolean {
  return route.options['original'] === 1;
}
