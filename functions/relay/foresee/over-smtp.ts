import type { Credential } from '../../tables/authinfo.ts';
import { isImplicitTls } from '../../tables/implicit-tls.ts';
import { isLoopback } from '../../tables/loopback.ts';
import { loginWith, nameless } from '../esmtp/login.ts';
import { unsendableAddress } from '../esmtp/unsendable-address.ts';
import type { Answer, Delivery } from '../relay.ts';

/** What servers commonly offer. CRAM-MD5, which needs no TLS, is rare (RFC 2195). */
const COMMON: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN', 'XOAUTH2']);

/** What sendOverSmtp() would answer before, or whatever, a server says. */
export function foreseenOverSmtp(delivery: Delivery, credential: Credential | undefined): Answer | undefined {
  return unsendableAddress(delivery) ?? nameless(credential) ?? inTheClear(delivery, credential);
}

/** With `starttls: opportunistic` only the server knows. */
function inTheClear({ route }: Delivery, credential: Credential | undefined): Answer | undefined {
  if (!credential) return undefined;
  const login = loginWith(credential, COMMON, {
    secure: isImplicitTls(route) || route.starttls !== 0,
    loopback: isLoopback(route.host),
    plaintext: route.auth_plaintext === 1,
  });
  if (!('outcome' in login)) return undefined;
  return credential.oauth2 ? login : { ...login, notes: ['unless the server offers CRAM-MD5'] };
}
