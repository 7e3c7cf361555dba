import { randomUUID } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import type { CredentialVerdict } from '../../functions/relay/credential-verdict.ts';
import type { Secret } from '../../functions/tables/authinfo.ts';
import type { Documents } from '../../functions/tables/tables.ts';
import { CommandFailure, type World } from '../command.ts';
import { differentWays, type NamingRoute } from './routes.ts';

/** How long one route's trial may take, in milliseconds; its own timeout may be shorter. */
const TRIAL_TIME = 30_000;

/**
 * Tries a new credential in every way in which a route uses it, and sends nothing. What each said, a line a way. Fails, with
 * nothing laid, where one refuses it or cannot tell.
 */
export async function tryCredential(
  name: string,
  secret: Secret,
  routes: readonly NamingRoute[] | undefined,
  documents: Documents,
  world: World,
): Promise<readonly string[]> {
  if (routes === undefined) {
    throw new CommandFailure(
      `${name} cannot be tried: the tables in SSM are wrong, and nothing was laid`,
      'haineko conf tells what is wrong. Leave --verify out to lay it untried.',
    );
  }
  if (routes.length === 0) {
    throw new CommandFailure(
      `${name} cannot be tried: no route names it, and nothing was laid`,
      'Lay the route first, or leave --verify out.',
    );
  }
  const { verifyCredential } = await import('../../functions/relay/verify-credential.ts');
  const { hostname } = Object(documents['haineko.cf'] ?? {}) as { hostname?: string };
  const credential = { ...secret, name, version: randomUUID() };
  const tried: { line: string; verdict: CredentialVerdict['verdict'] }[] = [];
  // one after another, up to the first that refuses it: providers lock accounts after a few wrong passwords
  for (const { table, entry, route } of differentWays(routes, name)) {
    const wire = { now: world.now, deadline: world.now() + TRIAL_TIME, resolver: new Resolver() };
    const circumstances = { hostname: hostname ?? 'localhost', wire };
    const { verdict, told } = await verifyCredential(route, credential, circumstances);
    const line = `${table} ${entry} (${route.mailer}): ${WORDS[verdict]} ${told.join(' / ')}`.trimEnd();
    tried.push({ verdict, line });
    if (verdict === 'refused') break;
  }
  const lines = tried.map(({ line }) => line);
  if (tried.every(({ verdict }) => verdict === 'good')) return lines;
  const refused = tried.some(({ verdict }) => verdict === 'refused');
  throw new CommandFailure(
    `${name} was ${refused ? 'refused' : 'not tried'}, and nothing was laid:\n${lines.join('\n')}`,
    refused ? 'Is it the right one, and in force there?' : 'Leave --verify out to lay it untried.',
  );
}

const WORDS: Readonly<Record<CredentialVerdict['verdict'], string>> = {
  good: 'taken.',
  refused: 'REFUSED.',
  unknown: 'could not be tried.',
};
