import { kindOf, masked } from '../../functions/app/explain/credential.ts';
import { ConfigError, type ConfigIssue } from '../../functions/tables/config-error.ts';
import type { Stored } from '../stage/parameters.ts';
import { storedCredential } from '../stage/stored-credential.ts';
import type { NamingRoute } from './routes-name.ts';

/** What may be told of a credential. Never a secret. */
export type CredentialTold = {
  readonly name: string;
  /** 'missing': a route names it, and SSM has none; 'wrong': no relay can read it. */
  readonly kind: 'password' | 'oauth2' | 'dkim' | 'missing' | 'wrong';
  /** masked(); null where it has none. */
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
      const read = stored && (await storedCredential(name, stored.value));
      if (read instanceof ConfigError) issues.push(...read.issues);
      const secret = read instanceof ConfigError ? undefined : read;
      return {
        name,
        kind: stored === undefined ? 'missing' : secret === undefined ? 'wrong' : kindOf(secret),
        username: secret && secret.username !== '' ? masked(secret.username) : null,
        record: secret?.dkim ? `${secret.dkim.selector}._domainkey.${secret.dkim.domain}` : null,
        type: stored?.type ?? null,
        version: stored?.version ?? null,
        modified: stored?.modified.toISOString() ?? null,
        namedBy: naming.map(({ where, disabled }) => (disabled ? `${where} (disabled)` : where)),
      };
    }),
  );
}
