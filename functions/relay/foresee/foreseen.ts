import type { Credential } from '../../tables/authinfo.ts';
import { readied, thrown } from '../define-relay.ts';
import type { Answer, Delivery, Relay } from '../relay.ts';

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
    return await relay.foresee?.(ready, credential);
  } catch (error) {
    return thrown(error, false);
  }
}
