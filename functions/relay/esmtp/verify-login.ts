import type { Credential } from '../../tables/authinfo.ts';
import type { Route } from '../../tables/route-entry.ts';
import type { Circumstances, CredentialVerdict } from '../credential-verdict.ts';
import { timeLeft } from '../time-left.ts';
import { nameless } from './login.ts';
import { openWithToken } from './open-with-token.ts';
import { quit } from './session.ts';

/**
 * Tries a credential by AUTH (RFC 4954) on a connection of its own, and says QUIT: no MAIL, and no kept connection, before or
 * after. Only 535, and a token server that refuses the credential, are `refused`: with any other code another day may be better.
 */
export async function verify(
  route: Route,
  credential: Credential,
  { hostname, wire }: Circumstances,
): Promise<CredentialVerdict> {
  const none = nameless(credential);
  if (none) return { verdict: 'unknown', told: none.message };
  const log = route.debug === 1 ? (line: string) => wire.log?.(line) : undefined;
  const opened = await openWithToken({ route, hostname, credential }, timeLeft(route, wire), wire.now, log);
  if ('conversation' in opened) {
    await quit(opened);
    return { verdict: 'good', told: [`AUTH at ${route.host}:${route.port}: taken`] };
  }
  const { credentialRefused, relayed, command, code, message, cause = '' } = opened;
  // a code of ours is not the server's
  const said = `${relayed ? `${code} ` : ''}${message.join(' / ')}`;
  return {
    verdict: credentialRefused ? 'refused' : 'unknown',
    told: [`${command} at ${route.host}:${route.port}: ${said}`, cause],
  };
}
