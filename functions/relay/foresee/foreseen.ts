import type { Credential } from '../../tables/authinfo.ts';
import { noAccessKey } from '../amazon-ses/access-key.ts';
import { readied, thrown } from '../define-relay.ts';
import { unsendableAddress } from '../esmtp/unsendable-address.ts';
import type { Answer, Delivery, Relay } from '../relay.ts';
import { foreseenOverSmtp } from './over-smtp.ts';

type Foresee = NonNullable<Relay['foresee']>;

/** Of mailers that load their sending with the first mail: what foresees for them is read as late. */
const LATE: ReadonlyMap<string, Foresee> = new Map<string, Foresee>([
  ['ESMTP', foreseenOverSmtp],
  ['MX', unsendableAddress],
  ['AmazonSES', (_, credential) => noAccessKey(credential)],
]);

/**
 * What a mailer would answer to a mail before it asks any server, as far as route, credential and mail tell; undefined
 * where it would go on. Asks nobody, and sends nothing.
 */
export async function foreseen(
  relay: Relay,
  delivery: Delivery,
  credential: Credential | undefined,
): Promise<Answer | undefined> {
  try {
    const ready = await readied(relay, delivery, credential);
    if ('outcome' in ready) return ready;
    return (relay.foresee ?? LATE.get(relay.name))?.(ready, credential);
  } catch (error) {
    return thrown(error, false);
  }
}
