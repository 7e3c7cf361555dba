import { readBasic } from '../session/basic-auth.ts';
import { checkAuthentication } from '../session/conn.ts';
import type { Client } from '../session/session.ts';
import { isRefused, REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import type { User } from '../tables/password.ts';
import { principalKeys } from '../tables/principal.ts';
import type { Tables } from '../tables/tables.ts';
import type { Context, HttpRequest } from './context.ts';

/** A refusal, and the headers that go with it. */
type Denied = { readonly refused: Refusal; readonly headers: Record<string, string> };

/**
 * Who is calling: the IAM principal where API Gateway names one, else by Basic authentication. The user, null for none,
 * or the refusal with the headers that go with it.
 */
export async function authenticate(
  { headers, principal }: HttpRequest,
  client: Client,
  tables: Tables,
  { authenticator, now, requireAuth }: Context,
): Promise<{ readonly value: User | null } | Denied> {
  if (principal !== undefined) return authenticatePrincipal(principal, tables);
  const given = readBasic(headers['authorization']);
  if (typeof given === 'object') await tables.need({ password: [given.name] });
  const result = await authenticator.authenticate(given, tables.password, client.address, now());
  const checked = checkAuthentication(result, requireAuth || tables.config.require_auth === 1);
  if (!isRefused(checked)) return checked;
  const wait = 'fault' in result && result.wait > 0 ? { 'retry-after': String(result.wait) } : {};
  // RFC 7617 2: realm is required, charset says that we read UTF-8
  return { ...checked, headers: { 'www-authenticate': 'Basic realm="Haineko", charset="UTF-8"', ...wait } };
}

/** The user that a principal's entry in `password` is; a principal without one is refused, as a wrong password is. */
async function authenticatePrincipal(
  principal: string,
  tables: Tables,
): Promise<{ readonly value: User } | Denied> {
  const keys = principalKeys(principal);
  await tables.need({ password: keys });
  for (const key of keys) {
    const user = tables.password.get(key);
    if (user) return { value: { ...user, name: principal } };
  }
  const { status, reply } = REFUSALS.clientNotPermitted();
  const cause = `no entry in password for ${principal || 'a caller without an ARN'}`;
  return { refused: { status, reply: { ...reply, cause } }, headers: {} };
}
