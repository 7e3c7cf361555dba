import { readBasic } from '../session/basic-auth.ts';
import { checkAuthentication } from '../session/conn.ts';
import type { Client } from '../session/session.ts';
import { isRefused, REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import type { TableSource } from '../store/source.ts';
import type { User } from '../tables/password.ts';
import { principalKeys } from '../tables/principal.ts';
import type { Tables } from '../tables/tables.ts';
import type { Context, HttpRequest } from './context.ts';

/** A refusal, and the headers that go with it. */
type Denied = { readonly refused: Refusal; readonly headers: Record<string, string> };

/**
 * Who is calling: the IAM principal where API Gateway names one, else by Basic authentication. The user, null for none,
 * or the refusal with the headers that go with it. Who does not get in is looked up in newer tables, once.
 */
export async function authenticate(
  { headers, principal }: HttpRequest,
  client: Client,
  tables: Tables,
  context: Context,
): Promise<{ readonly value: User | null } | Denied> {
  const { authenticator, now, source } = context;
  if (principal !== undefined) return authenticatePrincipal(principal, tables, source);
  const given = readBasic(headers['authorization']);
  const names = typeof given === 'object' ? [given.name] : [];
  if (names.length > 0) await tables.need({ password: names });
  const newest = async () => (await source.newest(tables, names)).password;
  const result = await authenticator.authenticate(given, tables.password, client.address, now(), newest);
  const checked = checkAuthentication(result, needsUser(tables, context));
  if (!isRefused(checked)) return checked;
  const wait = 'fault' in result && result.wait > 0 ? { 'retry-after': String(result.wait) } : {};
  // RFC 7617 2: realm is required, charset says that we read UTF-8
  return { ...checked, headers: { 'www-authenticate': 'Basic realm="Haineko", charset="UTF-8"', ...wait } };
}

/** Whether every request must come from a user. */
export function needsUser({ config }: Tables, { requireAuth }: Pick<Context, 'requireAuth'>): boolean {
  return requireAuth || config.require_auth === 1;
}

/** The user that a principal's entry in `password` is; a principal without one is refused, as a wrong password is. */
export async function authenticatePrincipal(
  principal: string,
  tables: Tables,
  source: TableSource,
): Promise<{ readonly value: User } | Denied> {
  const keys = principalKeys(principal);
  await tables.need({ password: keys });
  // a caller without an ARN has an entry in no table
  const user = entryOf(keys, tables) ?? (keys.length > 0 && entryOf(keys, await source.newest(tables, keys)));
  if (user) return { value: { ...user, name: principal, entry: user.name } };
  const { status, reply } = REFUSALS.clientNotPermitted();
  const cause = `no entry in password for ${principal || 'a caller without an ARN'}`;
  return { refused: { status, reply: { ...reply, cause } }, headers: {} };
}

/** The entry of the first of these keys that has one. */
function entryOf(keys: readonly string[], { password }: Tables): User | undefined {
  return keys.map((key) => password.get(key)).find((user) => user !== undefined);
}
