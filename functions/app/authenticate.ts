import { readBasic } from '../session/basic-auth.ts';
import { checkAuthentication } from '../session/conn.ts';
import type { Client } from '../session/session.ts';
import { isRefused, type Refusal } from '../smtp/catalogue.ts';
import type { User } from '../tables/password.ts';
import type { Tables } from '../tables/tables.ts';
import type { Context, HttpRequest } from './context.ts';

/** A refusal, and the headers that go with it. */
type Denied = { readonly refused: Refusal; readonly headers: Record<string, string> };

/** Who is calling, by Basic authentication: the user, null for none, or the refusal with the headers that go with it. */
export async function authenticate(
  { headers }: HttpRequest,
  client: Client,
  tables: Tables,
  { authenticator, now, requireAuth }: Context,
): Promise<{ readonly value: User | null } | Denied> {
  const given = readBasic(headers['authorization']);
  if (typeof given === 'object') await tables.need({ password: [given.name] });
  const result = await authenticator.authenticate(given, tables.password, client.address, now());
  const checked = checkAuthentication(result, requireAuth || tables.config.require_auth === 1);
  if (!isRefused(checked)) return checked;
  const wait = 'fault' in result && result.wait > 0 ? { 'retry-after': String(result.wait) } : {};
  // RFC 7617 2: realm is required, charset says that we read UTF-8
  return { ...checked, headers: { 'www-authenticate': 'Basic realm="Haineko", charset="UTF-8"', ...wait } };
}
