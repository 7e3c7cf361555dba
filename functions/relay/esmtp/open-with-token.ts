import { loadOnce } from '../load-once.ts';
import type { Answer } from '../relay.ts';
import type { TimeLeft } from '../time-left.ts';
import type { Conversation } from './conversation.ts';
import { type Opening, openSession } from './open-session.ts';
import type { Session } from './session.ts';

const load = loadOnce(() => import('../oauth2/access-token.ts'));

/**
 * Opens a session with what the credential needs: where it has `oauth2`, an access token is there first. A token that was
 * kept may have been revoked before its end: refused, it is fetched anew, once, for another connection. Nothing was sent.
 */
export async function openWithToken(
  opening: Opening,
  time: TimeLeft,
  now: () => number,
  log: Conversation['log'],
): Promise<Session | Answer> {
  const { credential } = opening;
  const oauth2 = credential?.oauth2;
  if (!oauth2) return openSession(opening, time, log);
  // node:https is for those who need it
  const { accessToken, dropToken } = await load();
  const holder = { ...credential, oauth2 };
  for (let again = false; ; again = true) {
    const got = await accessToken(holder, time, now);
    if (!('token' in got)) return got;
    const opened = await openSession({ ...opening, token: got.token }, time, log);
    if ('conversation' in opened || !opened.credentialRefused) return opened;
    // a fresh one too: what an account is granted later is in a later token only
    dropToken(holder, got.token);
    if (got.fresh || again) return opened;
  }
}
