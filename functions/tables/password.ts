import * as v from 'valibot';
import { type Address, addressOf, domainOf, foldCase } from '../mail/address.ts';
import { check } from './check.ts';
import { tableDomain } from './domain.ts';
import { isPasswordHash } from './password-hash.ts';
import { flag, name, value } from './value.ts';

/** A user of Basic authentication. */
export type User = {
  readonly name: string;
  /** `{SSHA}...` or `{scrypt}...`. */
  readonly hash: string;
  readonly admin: boolean;
  /** Domains and addresses that the user may send as, in lower case; undefined where there is no limit. */
  readonly senders: ReadonlySet<string> | undefined;
};

export type Users = { get(name: string): User | undefined };

const hash = () =>
  value<string>("a password entry ('{SSHA}...' or '{scrypt}...')", (input) =>
    typeof input === 'string' && isPasswordHash(input) ? input : undefined,
  );

const sender = () =>
  value<string>('a domain or an e-mail address', (input) => {
    if (typeof input !== 'string') return undefined;
    if (input.includes('@')) return addressOf(input) && foldCase(input);
    return tableDomain(input);
  });

const userName = () =>
  name('a user name of 1 to 128 characters without a colon', (input) =>
    // RFC 7617 2: a user-id holds no colon and no control character
    /^[^\x00-\x1f\x7f:]{1,128}$/.test(input) ? input : undefined,
  );

const userSchema = v.strictObject({
  password: v.pipe(
    hash(),
    v.description("The password's hash: `{scrypt}...`, or `{SSHA}...` as the original has it."),
  ),
  admin: v.pipe(v.optional(flag(), 0), v.description('1: may see /conf and /dump from anywhere.')),
  senders: v.pipe(
    v.optional(v.array(sender())),
    v.description('Domains and addresses that the user may send as (envelope sender); any where absent.'),
  ),
});

const entrySchema = v.pipe(
  v.unknown(),
  v.transform((input) => (typeof input === 'string' ? { password: input } : input)),
  userSchema,
);

export const passwordSchema = v.pipe(
  v.record(userName(), entrySchema),
  v.description('Users of Basic authentication: a hash, or a mapping with rights.'),
);

/** The keys of a user's mapping, for the printed reference. */
export const userEntries = userSchema.entries;

/** Reads password: user -> rights. Throws a ConfigError that never shows a hash. */
export function parsePassword(document: unknown): ReadonlyMap<string, User> {
  const read = check('password', passwordSchema, document ?? {}, { secret: true });
  return new Map(
    Object.entries(read).map(([name, entry]) => [
      name,
      {
        name,
        hash: entry.password,
        admin: entry.admin === 1,
        senders: entry.senders && new Set(entry.senders),
      },
    ]),
  );
}

/** Whether a user may send as an address: by the address, or by its domain. */
export function maySendAs(user: User, from: Address): boolean {
  return user.senders === undefined || user.senders.has(foldCase(from)) || user.senders.has(domainOf(from));
}
