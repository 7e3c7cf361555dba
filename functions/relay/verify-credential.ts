import type { Credential } from '../tables/authinfo.ts';
import type { Route } from '../tables/route-entry.ts';
import type { Circumstances, CredentialVerdict } from './credential-verdict.ts';
import { verifyDkimKey } from './dkim/verify-dkim-key.ts';
import { mailers } from './index.ts';
import { hidingSecrets } from './secrets.ts';

/** Most lines, and characters of one: the DNS record of an RSA key of 4096 bits has some 750. */
const MOST_LINES = 20;
const MOST_CHARACTERS = 1000;

let trials = 0;

/**
 * Tries a credential as a route that names it (in `auth` or `dkim`) would use it, and sends nothing: AUTH at a mail server, what
 * an API has for it, the DNS record of a DKIM key. Never throws, and no secret stands in what it tells. It ends with the
 * route's timeout or the deadline, whichever is first.
 */
export async function verifyCredential(
  route: Route,
  credential: Credential,
  circumstances: Circumstances,
): Promise<CredentialVerdict> {
  // a version of its own: no token and no client of an earlier trial, which may have had another secret
  trials += 1;
  const alone = { ...credential, version: `trial ${trials}` };
  const { verdict, told } = await trial(route, alone, circumstances).catch(defect);
  const hide = hidingSecrets(credential);
  return {
    verdict,
    told: told
      .filter((line) => line !== '')
      .slice(0, MOST_LINES)
      .map((line) => hide(line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')).slice(0, MOST_CHARACTERS)),
  };
}

async function trial(
  route: Route,
  credential: Credential,
  circumstances: Circumstances,
): Promise<CredentialVerdict> {
  const { name, dkim, oauth2 } = credential;
  const no = (why: string): CredentialVerdict => ({ verdict: 'unknown', told: [why] });
  if (dkim) {
    if (route.dkim !== name) return no(`Credential '${name}' is a DKIM key: name it in dkim`);
    return verifyDkimKey(dkim, route, circumstances);
  }
  if (route.dkim === name && route.auth !== name)
    return no(`Credential '${name}' is no DKIM key: name it in auth`);
  const mailer = mailers.get(route.mailer);
  if (oauth2 && !mailer?.credential.oauth2)
    return no(`Credential '${name}': ${route.mailer} takes no oauth2`);
  const own = await mailer?.verifier?.();
  return own?.verify(route, credential, circumstances) ?? no(`${route.mailer} takes no credential`);
}

function defect(error: unknown): CredentialVerdict {
  const cause = error instanceof Error ? error.message : String(error);
  return { verdict: 'unknown', told: ['Internal error', cause] };
}
