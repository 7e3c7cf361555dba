import * as v from 'valibot';
import { type Address, addressOf, domainOf, foldCase } from '../mail/address.ts';
import { check } from './check.ts';
import { ConfigError, type ConfigIssue, collect } from './config-error.ts';
import { tableDomain } from './domain.ts';
import { isPasswordHash } from './password-hash.ts';
import { PRINCIPAL, principalKey } from './principal.ts';
import { flag, name, value } from './value.ts';

/** Who may call: a user of Basic authentication, or an IAM principal. */
export type User = {
  /** The user's name; a principal's principalKey(), and once it has called its whole ARN. */
  readonly name: string;
  /** Of a principal that has called: the key of its entry, its own or its role's. */
  readonly entry?: string;
  /** `{SSHA}...` or `{scrypt}...`; undefined for a principal, which no password fits. */
  readonly hash: string | undefined;
  readonly admin: boolean;
  /** Domains and addresses that the user may send as, in lower case; undefined where there is no limit. */
  readonly senders: ReadonlySet<string> | undefined;
};

/** Users by name, IAM principals by principalKey(). */
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

/** Whether a client may call itself so. RFC 7617 2: a user-id holds no colon and no control character. */
export function isUserName(text: string): boolean {
  return /^[^\x00-\x1f\x7f:]{1,128}$/.test(text);
}

const userName = () =>
  name('a user name of 1 to 128 characters without a colon', (input) =>
    isUserName(input) ? input : undefined,
  );

const principalArn = () => name(PRINCIPAL, principalKey);

/** The keys of an IAM principal's mapping, for the printed reference. */
export const principalEntries = {
  admin: v.pipe(
    v.optional(flag(), 0),
    v.description('1: may see /conf and /dump, and ask /route, from anywhere.'),
  ),
  senders: v.pipe(
    v.optional(v.array(sender())),
    v.description('Domains and addresses that the user may send as (envelope sender); any where absent.'),
  ),
};

const userSchema = v.strictObject({
  password: v.pipe(
    hash(),
    v.description("The password's hash: `{scrypt}...`, or `{SSHA}...` as the original has it."),
  ),
  ...principalEntries,
});

const rights = () =>
  value<unknown>('a mapping of admin and senders ({} for neither), without a password', (input) =>
    typeof input === 'object' && input !== null && !Array.isArray(input) ? input : undefined,
  );

const principalSchema = v.pipe(
  rights(),
  v.strictObject({
    password: v.optional(value<never>('no password: API Gateway checks who signed', () => undefined)),
    ...principalEntries,
  }),
);

const entrySchema = v.pipe(
  v.unknown(),
  v.transform((input) => (typeof input === 'string' ? { password: input } : input)),
  userSchema,
);

export const passwordSchema = v.pipe(
  v.record(userName(), entrySchema),
  v.description('Users of Basic authentication: a hash, or a mapping with rights.'),
);

/** The entries of `password` whose keys are ARNs. */
export const principalsSchema = v.pipe(
  v.record(principalArn(), principalSchema),
  v.description(
    "Callers that sign, where the API has IAM authorization. A role's entry is that of its sessions too; its path does not count.",
  ),
);

/** The keys of a user's mapping, for the printed reference. */
export const userEntries = userSchema.entries;

/** Reads password: user, or principalKey() of a principal -> rights. Throws a ConfigError that never shows a hash. */
export function parsePassword(document: unknown): ReadonlyMap<string, User> {
  const { users, principals } = apart(document ?? {});
  const issues: ConfigIssue[] = [];
  const secret = { secret: true };
  const byName = collect(issues, () => check('password', passwordSchema, users, secret));
  const byArn = collect(issues, () => check('password', principalsSchema, principals, secret));
  issues.push(...rolesTwice(Object.keys(principals)));
  if (!byName || !byArn || issues.length > 0) throw new ConfigError('TABLE_VALUE', issues);
  const read = [...Object.entries(byName), ...Object.entries(byArn)];
  return new Map(
    read.map(([name, { password, admin, senders }]) => [
      name,
      { name, hash: password, admin: admin === 1, senders: senders && new Set(senders) },
    ]),
  );
}

/** The table's two kinds of entries. No user's name begins like an ARN, since it holds no colon. */
function apart(document: unknown): { users: unknown; principals: object } {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { users: document, principals: {} };
  const entries = Object.entries(document);
  return {
    users: Object.fromEntries(entries.filter(([key]) => !key.startsWith('arn:'))),
    principals: Object.fromEntries(entries.filter(([key]) => key.startsWith('arn:'))),
  };
}

/** Two spellings of one role: which of the two entries is meant cannot be known. */
function rolesTwice(arns: readonly string[]): ConfigIssue[] {
  const known = new Map<string, string>();
  return arns.flatMap((path) => {
    const key = principalKey(path);
    if (key === undefined) return [];
    const other = known.get(key);
    known.set(key, other ?? path);
    const expected = 'each role once, whatever its path';
    return other === undefined ? [] : { table: 'password', path, expected, got: `${other} too` };
  });
}

/** Whether a user may send as an address: by the address, or by its domain. */
export function maySendAs(user: User, from: Address): boolean {
  return user.senders === undefined || user.senders.has(foldCase(from)) || user.senders.has(domainOf(from));
}
