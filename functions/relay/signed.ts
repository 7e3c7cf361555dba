import { loadOnce } from './load-once.ts';
import { held } from './own-answers.ts';
import type { Answer, Delivery } from './relay.ts';

const load = loadOnce(() => import('./dkim/signature.ts'));

/**
 * The delivery with a DKIM-Signature as the first field of its head (RFC 6376 5.6), where its route asks for one; what
 * cannot be signed is answered for, and never sent unsigned.
 */
export async function signed(delivery: Delivery): Promise<Delivery | Answer> {
  const { route, signingKey, head, body } = delivery;
  const name = route.dkim;
  if (name === undefined) return delivery;
  if (signingKey === undefined) return held('DATA', '4.7.0', `No DKIM key '${name}' in authinfo`);
  if (!signingKey.dkim) return held('DATA', '4.7.0', `Credential '${name}' is no DKIM key: name it in auth`);
  try {
    const { signatureField } = await load();
    const field = await signatureField(head, body, signingKey.dkim);
    return { ...delivery, head: Buffer.concat([Buffer.from(field, 'latin1'), head]) };
  } catch (error) {
    // RFC 3463 X.7.5: cryptographic failure
    const cause = error instanceof Error ? error.message : String(error);
    return held('DATA', '4.7.5', `DKIM key '${name}' does not sign`, cause);
  }
}
