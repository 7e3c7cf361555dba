/** The mechanisms we speak (RFC 4616, the LOGIN draft, RFC 2195, Google's XOAUTH2). */
export type Mechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5' | 'XOAUTH2';

/** How well the line is kept from others' ears. */
export type Privacy = {
  readonly secure: boolean;
  readonly loopback: boolean;
  /** The route's auth_plaintext. */
  readonly plaintext: boolean;
};

/** The mechanism, or why there is none. */
export type Choice = { readonly mechanism: Mechanism } | { readonly why: string };

/**
 * Chooses among the mechanisms a server offers; where none will do, says why. PLAIN and LOGIN show the password to
 * whoever listens: only under TLS or on loopback, unless the route allows it (RFC 4954 4 and 9).
 */
export function chooseMechanism(
  offered: ReadonlySet<string>,
  { secure, loopback, plaintext }: Privacy,
): Choice {
  const order: readonly Mechanism[] =
    secure || loopback
      ? ['PLAIN', 'LOGIN', 'CRAM-MD5']
      : plaintext
        ? ['CRAM-MD5', 'PLAIN', 'LOGIN']
        : ['CRAM-MD5'];
  const mechanism = order.find((each) => offered.has(each));
  if (mechanism) return { mechanism };
  if (offered.size === 0) return { why: 'the server does not offer AUTH' };
  if (offered.has('PLAIN') || offered.has('LOGIN')) {
    return { why: 'no TLS, and auth_plaintext is 0: PLAIN and LOGIN are not used' };
  }
  return { why: `the server offers only ${namesOf(offered)}` };
}

/** Where the credential is a token there is nothing to choose: it is no password, and no other mechanism gets it. */
export function mechanismForToken(
  offered: ReadonlySet<string>,
  { secure, loopback, plaintext }: Privacy,
): Choice {
  if (offered.size === 0) return { why: 'the server does not offer AUTH' };
  if (!offered.has('XOAUTH2')) return { why: `XOAUTH2 is not among ${namesOf(offered)}` };
  // RFC 6750 5.3: whoever hears a bearer token can use it
  if (secure || loopback || plaintext) return { mechanism: 'XOAUTH2' };
  return { why: 'no TLS, and auth_plaintext is 0: XOAUTH2 is not used' };
}

function namesOf(offered: ReadonlySet<string>): string {
  const names = [...offered].map((each) => each.replace(/[^A-Z0-9_-]/g, '').slice(0, 20));
  return names.slice(0, 10).join(', ');
}
