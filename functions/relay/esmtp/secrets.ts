import type { Credential } from '../../tables/authinfo.ts';

/** A run of base64 that is long enough to tell something of a secret. */
const RUN = /[A-Za-z0-9+/]{8,}={0,2}/g;

/**
 * Takes a credential out of a server's words: some servers repeat the line that they refuse, and that of AUTH has the
 * password in it (RFC 4616 2: base64 of NUL user NUL password; LOGIN: base64 of the password).
 */
export function hidingSecrets(credential: Credential | undefined): (line: string) => string {
  if (!credential) return (line) => line;
  const { username, password } = credential;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  // of a shorter one every second word would be a part
  const encoded = [`\0${username}\0${password}`, password].map(base64).filter((text) => text.length >= 8);
  const plain = password.length >= 4 ? password : undefined;
  const whole = plain === undefined ? encoded : [plain, ...encoded];
  return (line) =>
    whole
      .reduce((rest, secret) => rest.replaceAll(secret, '****'), line)
      .replace(RUN, (run) => (encoded.some((secret) => secret.includes(run)) ? '****' : run));
}
