import type { Credential } from '../../tables/authinfo.ts';
import type { ApiFailure, ApiResponse } from '../api/exchange.ts';
import { jsonOf, textProperty } from '../api/json.ts';
import { withRetryAfter } from '../api/retry-after.ts';
import { held } from '../own-answers.ts';
import type { Answer } from '../relay.ts';
import { hidingSecrets } from '../secrets.ts';
import { tlsFault } from '../tls-fault.ts';

/** Codes of RFC 6749 4.1.2.1 that say "later"; Microsoft gives them at the token endpoint too. */
const LATER: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error']);

/** The token server's answer was no token. Nothing was sent; whether the credential is at fault, its code says. */
export function noToken(credential: Credential, response: ApiResponse, now: number): Answer {
  const { status, headers } = response;
  const hide = hidingSecrets(credential);
  const json = jsonOf(response);
  const error = errorCode(textProperty(json, 'error'), hide);
  // what more it says is for the operator: the client has no part in it
  const said = excerpt(textProperty(json, 'error_description') ?? '', hide);
  const cause = `${placeOf(credential)}: HTTP ${status}${error && ` ${error}`}${said && `: ${said}`}`;
  const because = (text: string) => `No token for credential '${credential.name}': ${text}`;
  if (status === 429 || status >= 500 || LATER.has(error)) {
    // RFC 4954 6: 4.7.0 temporary authentication failure
    const answer = held('AUTH', '4.7.0', because(`the token server says HTTP ${status}`), cause);
    return withRetryAfter(answer, headers, now);
  }
  // RFC 6749 5.2: 400 with one of its codes, or 401; other servers say 403
  if ((status >= 400 && error !== '') || status === 401 || status === 403) {
    return {
      ...held('AUTH', '5.7.8', because(error || `HTTP ${status}`), cause),
      code: '535',
      credentialRefused: true,
    };
  }
  // followed, it would carry the secret elsewhere
  if (status >= 300 && status < 400)
    return held('AUTH', '4.3.5', because(`HTTP ${status}, a redirect is not followed`), cause);
  if (status >= 400) return held('AUTH', '4.3.5', because(`HTTP ${status}, is tokenUrl right?`), cause);
  return held('AUTH', '4.7.0', because('the answer of the token server has none'), cause);
}

/** The token server gave no whole answer. */
export function noAnswer(credential: Credential, { failed, code, cause }: ApiFailure): Answer {
  const [dsn, text] = reasonOf(failed, code);
  const message = `No token for credential '${credential.name}': ${text}`;
  return held('AUTH', dsn, message, `${placeOf(credential)}: ${cause}`);
}

function reasonOf(failed: ApiFailure['failed'], code: string | undefined): readonly [string, string] {
  const tls = failed === 'connect' ? tlsFault(code) : undefined;
  if (tls !== undefined) return ['4.7.5', `TLS with the token server failed: ${tls}`];
  switch (failed) {
    case 'connect':
      return ['4.4.1', 'cannot connect to the token server'];
    case 'late':
      return ['4.4.1', 'no answer of the token server in time'];
    case 'lost':
      return ['4.4.2', 'the connection to the token server was lost'];
    case 'garbage':
      return ['4.7.0', 'the token server does not speak HTTP'];
    case 'no-time':
      return ['4.4.7', 'too little time is left'];
  }
}

function placeOf({ oauth2 }: Credential): string {
  return oauth2?.tokenUrl ?? '';
}

/** RFC 6749 5.2: %x20-21 / %x23-5B / %x5D-7E; '' for what is no code. */
function errorCode(given: string | undefined, hide: (line: string) => string): string {
  return given !== undefined && /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,80}$/.test(given) ? hide(given) : '';
}

/** Hidden before it is cut: half a secret is not found any more. */
function excerpt(text: string, hide: (line: string) => string): string {
  return hide(text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')).slice(0, 300);
}
