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
// What a password is held against where there is no entry, or one whose check takes no time.
const NOBODY = '{scrypt}16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

/** Reads `Basic base64(user:password)` (RFC 7617 2); undefined for no header and for another scheme. */
export function readBasic(header: string | undefined): BasicCredentials | 'malformed' | undefined {
  const [scheme = '', ...rest] = (header?.trim() ?? '').split(/ +/);
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const encoded = rest.join(' ');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return 'malformed';
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? 'malformed' : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Verifies Basic credentials against the users in force. A verified password is remembered under a key that only this
 * process has, together with the entry that it fitted: a changed entry voids it. Guesses are capped by client address;
 * the same credentials many times at once are one guess.
 */
export function authenticator(cap: GuessCap = guessCap()): Authenticator {
  const key = randomBytes(32);
  const remembered = new Set<string>();
  const underWay = new Map<string, Promise<boolean>>();
  const mark = ({ name, password }: BasicCredentials, hash: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([name, password, hash]))
      .digest('base64');

  const verify = async (password: string, user: User | undefined, address: string): Promise<boolean> => {
    const right = (await takesItsTime(password, user?.hash)) && user !== undefined;
    if (right) cap.giveBack(address);
    return right;
  };
  const remember = (given: string): void => {
    remembered.add(given);
    const oldest = remembered.size > MOST_REMEMBERED ? remembered.values().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
  };

  return {
    async authenticate(credentials, users, address, now) {
      if (credentials === undefined) return { fault: 'none', wait: 0 };
      const malformed = credentials === 'malformed';
      const user = malformed ? undefined : users.get(credentials.name);
      const given = malformed ? '' : mark(credentials, user?.hash ?? '');
      if (user && remembered.has(given)) return { user };

      let verification = underWay.get(given);
      if (!verification) {
        const wait = cap.wait(address, now);
        if (wait > 0) return { fault: 'wrong', wait };
        cap.take(address, now);
        if (malformed) return { fault: 'wrong', wait: 0 };
        verification = verify(credentials.password, user, address).finally(() => underWay.delete(given));
        underWay.set(given, verification);
      }
      if (!(await verification) || !user) return { fault: 'wrong', wait: 0 };
      remember(given);
      return { user };
    },
  };
}

/** Verifies a password in the time of scrypt, whatever the entry and whether there is one: nobody learns users by a clock. */
async function takesItsTime(password: string, hash: string | undefined): Promise<boolean> {
  const right = hash !== undefined && (await verifyPassword(password, hash));
  if (!right && !hash?.startsWith('{scrypt}')) await verifyPassword(password, NOBODY);
  return right;
}
