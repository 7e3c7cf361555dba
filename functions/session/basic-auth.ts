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
  /** `newest` is asked for the users that are in force by now, where credentials do not fit those at hand. */
  authenticate(
    credentials: BasicCredentials | 'malformed' | undefined,
    users: Users,
    address: string,
    now: number,
    newest?: () => Promise<Users>,
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
 * the same credentials many times at once are one guess, and so are those of one request, tried by two tables.
 */
export function authenticator(cap: GuessCap = guessCap()): Authenticator {
  const key = randomBytes(32);
  const remembered = new Set<string>();
  const underWay = new Map<string, Promise<boolean>>();
  const mark = ({ name, password }: BasicCredentials, hash: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([name, password, hash]))
      .digest('base64');

  const entryOf = (credentials: BasicCredentials, users: Users) => {
    const user = users.get(credentials.name);
    return { user, given: mark(credentials, user?.hash ?? '') };
  };
  const remember = (given: string): void => {
    remembered.add(given);
    const oldest = remembered.size > MOST_REMEMBERED ? remembered.values().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
  };

  const fits = async (password: string, { user, given }: ReturnType<typeof entryOf>): Promise<boolean> => {
    if (remembered.has(given)) return true;
    let verification = underWay.get(given);
    if (!verification) {
      verification = takesItsTime(password, user?.hash).finally(() => underWay.delete(given));
      underWay.set(given, verification);
    }
    const right = await verification;
    if (right) remember(given);
    return right;
  };

  return {
    async authenticate(credentials, users, address, now, newest = async () => users) {
      if (credentials === undefined) return { fault: 'none', wait: 0 };
      const malformed = credentials === 'malformed';
      let entry = malformed ? { user: undefined, given: '' } : entryOf(credentials, users);
      const counts = !remembered.has(entry.given) && !underWay.has(entry.given);
      if (counts) {
        const wait = cap.wait(address, now);
        if (wait > 0) return { fault: 'wrong', wait };
        cap.take(address, now);
      }
      if (malformed) return { fault: 'wrong', wait: 0 };
      const { password } = credentials;
      let right = await fits(password, entry);
      if (!right) {
        const others = await newest();
        const other = entryOf(credentials, others);
        // by newer tables everybody is tried again, known or not: else a clock would tell whose entry has changed
        if (others !== users || other.given !== entry.given) {
          entry = other;
          right = await fits(password, entry);
        }
      }
      if (!right || !entry.user) return { fault: 'wrong', wait: 0 };
      if (counts) cap.giveBack(address);
      return { user: entry.user };
    },
  };
}

/** Verifies a password in the time of scrypt, whatever the entry and whether there is one: nobody learns users by a clock. */
async function takesItsTime(password: string, hash: string | undefined): Promise<boolean> {
  const right = hash !== undefined && (await verifyPassword(password, hash));
  if (!right && !hash?.startsWith('{scrypt}')) await verifyPassword(password, NOBODY);
  return right;
}
