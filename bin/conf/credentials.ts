import { parseCredential, type Secret } from '../../functions/tables/authinfo.ts';
import { ConfigError, type ConfigIssue } from '../../functions/tables/config-error.ts';
import { readDocument } from '../../functions/tables/document.ts';
import type { Stored } from '../stage/parameters.ts';
import type { NamingRoute } from './routes-name.ts';

/** What may be told of a credential. Never a secret. */
export type CredentialTold = {
  readonly name: string;
  /** 'missing': a route names it, and SSM has none; 'wrong': no relay can read it. */
  readonly kind: 'password' | 'oauth2' | 'dkim' | 'missing' | 'wrong';
  /** maskedUser(); null where it has none. */
  readonly username: string | null;
  /** DKIM: the name in DNS under which the public key stands. */
  readonly record: string | null;
  readonly type: Stored['type'] | null;
  readonly version: number | null;
  /** ISO 8601. */
  readonly modified: string | null;
  /** The routes that name it. */
  readonly namedBy: readonly string[];
};

const PREFIX = 'authinfo/';
const MASK = '****';

/** All credentials of a stage by name, those that are missing too; what is wrong in them goes into the list. */
export async function toldCredentials(
  parameters: ReadonlyMap<string, Stored>,
  routes: ReadonlyMap<string, readonly NamingRoute[]>,
  issues: ConfigIssue[],
): Promise<readonly CredentialTold[]> {
  const laid = [...parameters.keys()].filter((name) => name.startsWith(PREFIX));
  const names = new Set([...laid.map((name) => name.slice(PREFIX.length)), ...routes.keys()]);
  return Promise.all(
    [...names].sort().map(async (name) => {
      const stored = parameters.get(PREFIX + name);
      const naming = routes.get(name) ?? [];
      const secret = stored && (await read(name, stored, issues));
      return {
        name,
        kind: stored === undefined ? 'missing' : secret === undefined ? 'wrong' : kindOf(secret),
        username: secret && secret.username !== '' ? maskedUser(secret.username) : null,
        record: secret?.dkim ? `${secret.dkim.selector}._domainkey.${secret.dkim.domain}` : null,
        type: stored?.type ?? null,
        version: stored?.version ?? null,
        modified: stored?.modified.toISOString() ?? null,
        namedBy: naming.map(({ where, disabled }) => (disabled ? `${where} (disabled)` : where)),
      };
    }),
  );
}

async function read(name: string, { value }: Stored, issues: ConfigIssue[]): Promise<Secret | undefined> {
  try {
    return parseCredential(name, await readDocument(PREFIX + name, value));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
}

function kindOf({ oauth2, dkim }: Secret): CredentialTold['kind'] {
  if (dkim) return 'dkim';
  return oauth2 ? 'oauth2' : 'password';
}

/** A user as it may be shown: the first letter, and the domain where there is one: `n****@example.jp`. One letter alone is none. */
export function maskedUser(username: string): string {
  const at = username.lastIndexOf('@');
  const [first = '', ...rest] = at < 0 ? username : username.slice(0, at);
  // what follows an @ may be anything but a domain
  const [domain = ''] = /^@(?:[a-z0-9-]+\.)+[a-z0-9-]+$/i.exec(at < 0 ? '' : username.slice(at)) ?? [];
  return `${rest.length > 0 ? first : ''}${MASK}${domain}`;
}
