import { deliver, type Sending } from '../../../functions/app/deliver.ts';
import { compose } from '../../../functions/app/submit.ts';
import { addressOf } from '../../../functions/mail/address.ts';
import { makeQueueid } from '../../../functions/mail/queueid.ts';
import type { World } from '../../unit/app/world.ts';
import { SUBMITTED } from './mail.ts';

/** What /submit does of a mail once it is checked, by the steps of app/submit.ts. */
export type Relaying = {
  /** Finds its way, and how its octets are written. */
  compose(): Promise<Sending>;
  /** Relays it; rejects where it is not accepted. */
  relay(sending: Sending): Promise<void>;
};

/** Brings the tables into memory, as for a request that is checked. */
export async function relayingBy({ context }: World): Promise<Relaying> {
  const tables = await context.source.tables();
  const [mail, to] = [addressOf(SUBMITTED.mail), addressOf(String(SUBMITTED.rcpt[0]))];
  if (!mail || !to) throw new Error('no address');
  const header = new Map(Object.entries(SUBMITTED.header));
  const content = { text: SUBMITTED.body, html: undefined, attachments: [] };
  const client = { address: '127.0.0.1', port: 49989, userAgent: 'neko/1.0', referer: null, trusted: true };
  return {
    async compose() {
      const receivedAt = context.now();
      const queueid = makeQueueid(receivedAt, context.random);
      const session = { queueid, receivedAt, client, tables, ehlo: SUBMITTED.ehlo, mail, rcpt: [to] };
      const { sendings } = await compose({ header, content }, 'UTF-8', [], session);
      const [sending] = sendings;
      if (!sending) throw new Error('no route');
      return sending;
    },
    async relay(sending) {
      const { max_workers: most } = tables.config;
      const [delivered] = await deliver([sending], most, context.now() + 20_000, context);
      if (delivered?.reply.outcome !== 'accepted') throw new Error(JSON.stringify(delivered?.reply));
    },
  };
}
