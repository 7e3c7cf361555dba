import { createHmac, randomBytes } from 'node:crypto';
import type { User, Users } from '../tables/password.ts';
import { verifyPassword } from '../tables/password-hash.ts';
import { type GuessCap, guessCap } from './guess-cap.ts';

/** Username and password of an Authorization header. */
export type BasicCredentials = { readonly name: string; readonly password: string };

/** `none`: no Basic credentials were given; `wrong`: they are not a user's, or too many were tried. */
export type Authentication =
  | { readonly user: User }
  | { readonly fault: 'none' | 'wrong'; readonly wait: number };

export type Authenticator = {
  authenticate(
    credentials: BasicCredentials | 'malformed' | undefined,
    users: Users,
    address: string,
    now: number,
  ): Promise<Authentication>;
};

const MOST_REMEMBERED = 1000;
// What an unknown user's password is held against, so that the time of the answer does not tell users from strangers.
const NOBODY = '{scrypt}16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

/** Reads `Basic base64(user:password)` (RFC 7617 2); undefined for no header and for another scheme. */
export function readBasic(header: string | undefined): BasicCredentials | 'malformed' | undefined {
  const [, encoded] = /^basic(?: +(.*))?$/i.exec(header?.trim() ?? '') ?? [undefined, undefined];
  if (!/^basic\b/i.test(header?.trim() ?? '')) return undefined;
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return 'malformed';
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? 'malformed' : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Verifies Basic credentials against the users in force. A verified password is remembered under a key that only this
 * process has, together with the entry that it fitted: a changed entry voids it. Guesses are capped by client address.
 */
export function authenticator(cap: GuessCap = guessCap()): Authenticator {
  const key = randomBytes(32);
  const remembered = new Set<string>();
  const mark = (name: string, password: string, hash: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([name, password, hash]))
      .digest('base64');

  return {
    async authenticate(credentials, users, address, now) {
      if (credentials === undefined) return { fault: 'none', wait: 0 };
      const user = credentials === 'malformed' ? undefined : users.get(credentials.name);
      const given =
        credentials === 'malformed'
          ? undefined
          : mark(credentials.name, credentials.password, user?.hash ?? '');
      if (user && given !== undefined && remembered.has(given)) return { user };
      const wait = cap.wait(address, now);
      if (wait > 0) return { fault: 'wrong', wait };
      cap.take(address, now);
      if (credentials === 'malformed' || given === undefined) return { fault: 'wrong', wait: 0 };
      const right = await verifyPassword(credentials.password, user?.hash ?? NOBODY);
      if (!right || !user) return { fault: 'wrong', wait: 0 };
      cap.giveBack(address);
      remembered.add(given);
      const oldest = remembered.size > MOST_REMEMBERED ? remembered.values().next().value : undefined;
      if (oldest !== undefined) remembered.delete(oldest);
      return { user };
    },
  };
}
