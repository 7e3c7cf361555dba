import type { Credential } from '../../tables/authinfo.ts';
import type { OAuth2 } from '../../tables/oauth2.ts';
import { exchange } from '../api/exchange.ts';
import { inTime } from '../in-time.ts';
import type { Answer } from '../relay.ts';
import type { TimeLeft } from '../time-left.ts';
import { keepTokens } from './kept-tokens.ts';
import { noAnswer, noToken } from './no-token.ts';
import { tokenRequest } from './token-request.ts';
import { readToken } from './token-response.ts';

/** A credential that fetches tokens. */
export type TokenCredential = Credential & { readonly oauth2: OAuth2 };

/** A token to log in with, and whether it was fetched just now: an older one may have been revoked meanwhile. */
export type AccessToken = { readonly token: string; readonly fresh: boolean };

type Fetched = { readonly result: AccessToken | Answer; readonly late: boolean };

const kept = keepTokens();
const fetching = new Map<string, Promise<Fetched>>();

/**
 * The access token of a credential: the one that is kept, or one that its token server gives now; or the answer for a mail
 * that must go without. Mails at the same time share one request. A failure is not kept: the next mail asks anew.
 */
export async function accessToken(
  credential: TokenCredential,
  time: TimeLeft,
  now: () => number,
): Promise<AccessToken | Answer> {
  const key = keyOf(credential);
  const share = halfOf(time);
  for (;;) {
    const token = kept.find(key, now());
    if (token !== undefined) return { token, fresh: false };
    const underWay = fetching.get(key);
    if (!underWay) return (await lead(key, credential, share, now)).result;
    const fetched = await inTime<Fetched | undefined>(underWay, share.ms(), () => undefined);
    if (fetched && !fetched.late) return fetched.result;
    // the other mail had less time than this one
    if (share.ms() === 0) return noAnswer(credential, LATE);
  }
}

/** Forgets a token that the mail server refused; not a newer one, that another mail has fetched meanwhile. */
export function dropToken(credential: TokenCredential, token: string): void {
  kept.drop(keyOf(credential), token);
}

const LATE = { failed: 'late', handedOver: false, cause: 'timed out', code: undefined } as const;

/** Fetches for all mails that ask meanwhile. It ends with its own mail's time: nothing runs on in a frozen Lambda. */
async function lead(
  key: string,
  credential: TokenCredential,
  time: TimeLeft,
  now: () => number,
): Promise<Fetched> {
  const fetch = fetchToken(key, credential, time, now).finally(() => fetching.delete(key));
  fetching.set(key, fetch);
  return fetch;
}

async function fetchToken(
  key: string,
  credential: TokenCredential,
  time: TimeLeft,
  now: () => number,
): Promise<Fetched> {
  const asked = now();
  const response = await exchange(tokenRequest(credential.oauth2), {
    time,
    now,
    // RFC 6749 3.2 and 10.9: always. The route's tls_verify is about the mail server
    verify: true,
    // no mail is handed over here
  });
  if ('failed' in response) {
    const late = response.failed === 'late' || response.failed === 'no-time';
    return { result: noAnswer(credential, response), late };
  }
  const granted = readToken(response);
  if (!granted) return { result: noToken(credential, response, now()), late: false };
  kept.keep(key, granted.token, asked, granted.seconds);
  return { result: { token: granted.token, fresh: true }, late: false };
}

/** A rotated credential is another one, as it is to kept connections. */
function keyOf({ name, version }: Credential): string {
  return JSON.stringify([name, version]);
}

/** Half of a try's time: a token that comes later would leave too little for the mail itself, or for another way. */
function halfOf(time: TimeLeft): TimeLeft {
  const rest = Math.floor(time.ms() / 2);
  return { ...time, ms: () => Math.max(time.ms() - rest, 0) };
}
