import type { Secret } from '../../../functions/tables/authinfo.ts';
import type { Subject } from './finding.ts';
import type { Rule } from './rule.ts';
import type { Entry, Seen } from './seen.ts';

/** A route's `auth` or `dkim`: its name, and the credential of that name where authinfo has it. */
export type Use = Subject & {
  readonly entry: Entry;
  readonly as: 'auth' | 'dkim';
  readonly name: string;
  readonly secret: Secret | undefined;
};

/** What is looked for in each credential that an enabled route names. */
export const USE_RULES: readonly Rule<Use>[] = [
  {
    id: 'no-credential',
    level: 'error',
    when: ({ secret }, { deployed }) => !deployed && secret === undefined,
    why: ({ name, as }) =>
      `nothing is ever sent, 451 4.7.0: authinfo has no ${as === 'auth' ? 'credential' : 'key'} ${name}`,
  },
  {
    id: 'credential-elsewhere',
    level: 'warning',
    when: ({ secret }, seen) => seen.deployed && secret === undefined && countOf(seen) > 0,
    why: ({ name }) =>
      `authinfo has no ${name}: nothing is sent, 451 4.7.0, unless the parameter authinfo/${name} is there`,
  },
  {
    id: 'credential-in-ssm',
    level: 'note',
    when: ({ secret }, seen) => seen.deployed && secret === undefined && countOf(seen) === 0,
    why: ({ name }) => `the parameter authinfo/${name} must be there, or nothing is sent, 451 4.7.0`,
  },
  {
    id: 'key-in-auth',
    level: 'error',
    when: ({ as, secret }) => as === 'auth' && secret?.dkim !== undefined,
    why: ({ name }) => `nothing is ever sent, 451 4.7.0: ${name} is a DKIM key, name it in \`dkim\``,
  },
  {
    id: 'password-in-dkim',
    level: 'error',
    when: ({ as, secret }) => as === 'dkim' && secret !== undefined && secret.dkim === undefined,
    why: ({ name }) => `nothing is ever sent, 451 4.7.0: ${name} is no DKIM key, name it in \`auth\``,
  },
  {
    id: 'oauth2-not-taken',
    level: 'error',
    when: ({ as, secret, entry }) =>
      as === 'auth' && secret?.oauth2 !== undefined && entry.mailer?.credential.oauth2 !== true,
    why: ({ name, entry }) =>
      `nothing is ever sent, 451 4.7.0: ${name} has oauth2, which ${entry.route.mailer} does not take`,
  },
  {
    id: 'no-username',
    level: 'error',
    when: ({ as, secret, entry }) =>
      as === 'auth' &&
      secret?.username === '' &&
      secret.dkim === undefined &&
      entry.mailer?.credential.username !== undefined,
    why: ({ name, entry }) =>
      `nothing is ever sent: ${name} has no username, ${entry.mailer?.credential.username}`,
  },
];

/** What is looked for in each credential of authinfo. */
export const CREDENTIAL_RULES: readonly Rule<Subject>[] = [
  {
    id: 'unused-credential',
    level: 'warning',
    when: ({ path }, { entries }) =>
      !entries.some(({ route: { auth, dkim } }) => auth === path || dkim === path),
    why: 'no route names it: it is never used',
  },
];

/** Each `auth` and `dkim` of routes; none where nobody read the credentials. */
export function usesOf(entries: readonly Entry[], { credentials }: Seen): Use[] {
  if (credentials === undefined) return [];
  return entries.flatMap((entry) =>
    (['auth', 'dkim'] as const).flatMap((as) => {
      const name = entry.route[as];
      if (name === undefined) return [];
      const { table, path } = entry;
      return [{ table, path: `${path}.${as}`, entry, as, name, secret: credentials.get(name) }];
    }),
  );
}

function countOf({ credentials }: Seen): number {
  return credentials?.size ?? 0;
}
