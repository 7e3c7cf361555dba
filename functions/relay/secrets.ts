import type { Credential } from '../tables/authinfo.ts';
import { xoauth2Response } from './oauth2/xoauth2-response.ts';

/** A run of base64 that is long enough to tell something of a secret. */
const RUN = /[A-Za-z0-9+/]{8,}={0,2}/g;

/**
 * Takes a credential, and the access token that was fetched with it, out of a server's words: some servers repeat what they
 * refuse. The line of AUTH has the password in it (RFC 4616 2: base64 of NUL user NUL password; LOGIN: base64 of the
 * password) or the token, that of Basic authentication (RFC 7617 2: base64 of user:password); a request for a token has
 * the client's secret and the refresh token (RFC 6749 6).
 */
export function hidingSecrets(credential: Credential | undefined, token?: string): (line: string) => string {
  if (!credential) return (line) => line;
  const { username, password, oauth2 } = credential;
  // made by machines, and so long that a part of one is in no honest word
  const keys = [token, oauth2?.refreshToken, oauth2?.clientSecret].filter((each) => each !== undefined);
  const encoded = [
    ...(password === '' ? [] : [`\0${username}\0${password}`, `${username}:${password}`, password]).map(
      base64,
    ),
    ...keys.map(base64),
    ...(token === undefined ? [] : [xoauth2Response(username, token)]),
  ].filter((text) => text.length >= 8);
  // of a shorter one every second word would be a part
  const plain = [password, ...keys, ...keys.map(asInForm)].filter((text) => text.length >= 4);
  const whole = [...plain, ...encoded].sort((one, other) => other.length - one.length);
  const parts = [...encoded, ...keys];
  return (line) =>
    whole
      .reduce((rest, secret) => rest.replaceAll(secret, '****'), line)
      .replace(RUN, (run) => (parts.some((secret) => secret.includes(run)) ? '****' : run));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function asInForm(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
