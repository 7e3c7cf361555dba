import type { Secret } from '../../../functions/tables/authinfo.ts';
import { ConfigError } from '../../../functions/tables/config-error.ts';
import type { Subject } from './finding.ts';
import type { Rule } from './rule.ts';
import { type Entry, type Seen, secretOf } from './seen.ts';

/** A route's `auth` or `dkim`: its name, and the credential of that name. */
export type Use = Subject & {
  readonly entry: Entry;
  readonly as: 'auth' | 'dkim';
  readonly name: string;
  /** Of authinfo, else of SSM where somebody looked; undefined where it is not known. */
  readonly secret: Secret | undefined;
  /** Neither authinfo has it, nor SSM where somebody looked. */
  readonly missing: boolean;
};

/** What is looked for in each credential that an enabled route names. */
export const USE_RULES: readonly Rule<Use>[] = [
  {
    id: 'no-credential',
    level: 'error',
    when: ({ missing }, { deployed }) => !deployed && missing,
    why: ({ name, as }) =>
      `nothing is ever sent, 451 4.7.0: authinfo has no ${as === 'auth' ? 'credential' : 'key'} ${named(name)}`,
  },
  {
    id: 'no-credential-anywhere',
    level: 'error',
    when: ({ missing }, { deployed, laid }) => deployed && laid !== undefined && missing,
    why: ({ name, as }) =>
      `nothing is ever sent, 451 4.7.0: neither authinfo nor SSM has a ${as === 'auth' ? 'credential' : 'key'} ${named(name)}`,
  },
  {
    id: 'credential-elsewhere',
    level: 'warning',
    when: ({ missing }, seen) => seen.deployed && !seen.laid && missing && countOf(seen) > 0,
    why: ({ name }) =>
      `authinfo has no ${named(name)}: nothing is sent, 451 4.7.0, unless the parameter authinfo/${named(name)} is there`,
  },
  {
    id: 'credential-in-ssm',
    level: 'note',
    when: ({ missing }, seen) => seen.deployed && !seen.laid && missing && countOf(seen) === 0,
    why: ({ name }) => `the parameter authinfo/${named(name)} must be there, or nothing is sent, 451 4.7.0`,
  },
  {
    id: 'wrong-credential',
    level: 'error',
    when: ({ name }, seen) => wrongIn(seen, name) !== undefined,
    why: ({ name }, seen) => `nothing is ever sent, 451 4.7.0: in SSM, ${wrongIn(seen, name)}`,
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
export function usesOf(entries: readonly Entry[], seen: Seen): Use[] {
  const { credentials, laid } = seen;
  if (credentials === undefined) return [];
  return entries.flatMap((entry) =>
    (['auth', 'dkim'] as const).flatMap((as) => {
      const name = entry.route[as];
      if (name === undefined) return [];
      const { table, path } = entry;
      const missing = !credentials.has(name) && laid?.credentials.has(name) !== true;
      return [{ table, path: `${path}.${as}`, entry, as, name, secret: secretOf(seen, name), missing }];
    }),
  );
}

function countOf({ credentials }: Seen): number {
  return credentials?.size ?? 0;
}

/** What is wrong with a credential in SSM that the folder does not replace. */
function wrongIn({ credentials, laid }: Seen, name: string): string | undefined {
  const found = credentials?.has(name) ? undefined : laid?.credentials.get(name);
  return found instanceof ConfigError ? found.message.replaceAll('\n', '; ') : undefined;
}

/** A name that nothing has, as it may be shown: it may be the key itself, written where its name belongs. */
function named(name: string): string {
  const isUuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(name);
  const run = /[A-Za-z0-9]{20,}/.exec(name)?.[0] ?? '';
  return isUuid || (/\d/.test(run) && /[A-Za-z]/.test(run))
    ? '(hidden: a key, where its name belongs?)'
    : name;
}
