import { toAsciiDomain } from '../../mail/address.ts';
import type { Secret } from '../../tables/authinfo.ts';
import type { credentialFor } from '../attempt.ts';

/** What may be told of a credential that a route names. Never a secret. */
export type CredentialTold = {
  readonly name: string;
  readonly found: boolean;
  /** Of its parameter or file; null where there is none. */
  readonly version: string | null;
  readonly kind: 'password' | 'oauth2' | 'dkim' | null;
  /** masked(); null where it has none. */
  readonly username: string | null;
  readonly why: string;
};

const MASK = '****';

/** Tells of a credential, as credentialFor() found it; null where the route names none. */
export function toldCredential(
  name: string | undefined,
  found: Awaited<ReturnType<typeof credentialFor>>,
): CredentialTold | null {
  if (name === undefined) return null;
  const none = { name, found: false, version: null, kind: null, username: null };
  if ('reply' in found) return { ...none, why: found.reply.message.join(' ') };
  const { credential } = found;
  if (!credential) return { ...none, why: `authinfo has no '${name}'` };
  const { version, username } = credential;
  const kind = kindOf(credential);
  return {
    name,
    found: true,
    version,
    kind,
    username: username === '' ? null : masked(username),
    why: credential.dkim
      ? `its public key belongs at ${credential.dkim.selector}._domainkey.${credential.dkim.domain}`
      : `authinfo has '${name}'`,
  };
}

/** A user as it may be shown: the first letter, and the domain where there is one: `n****@example.jp`. One letter alone is none. */
export function masked(username: string): string {
  const at = username.lastIndexOf('@');
  const domain = at < 0 ? undefined : toAsciiDomain(username.slice(at + 1));
  const [first = '', ...rest] = domain === undefined ? username : username.slice(0, at);
  return `${rest.length > 0 ? first : ''}${MASK}${domain === undefined ? '' : `@${domain}`}`;
}

/** What a credential holds in place of a password, or that it is one. */
export function kindOf({ oauth2, dkim }: Secret): 'password' | 'oauth2' | 'dkim' {
  if (dkim) return 'dkim';
  return oauth2 ? 'oauth2' : 'password';
}
