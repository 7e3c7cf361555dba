import type { Milter } from '../milter/milter.ts';
import { passedMilters } from '../milter/run.ts';
import { type Checked, REFUSALS } from '../smtp/catalogue.ts';
import type { User } from '../tables/password.ts';
import type { Authentication } from './basic-auth.ts';
import { miltersOf, milterView, type Session } from './session.ts';

/** Whether a request's method is one that /submit takes. In development GET with a body is taken, as the original does. */
export function checkMethod(method: string, hasBody: boolean, development: boolean): Checked<true> {
  const taken = method === 'POST' || (development && method === 'GET' && hasBody);
  return taken ? { value: true } : { refused: REFUSALS.methodNotSupported(method) };
}

/** Whether a request's body, in octets, is within max_request_size. */
export function checkRequestSize(octets: number, session: Session): Checked<true> {
  const limit = session.tables.config.max_request_size;
  return octets <= limit ? { value: true } : { refused: REFUSALS.requestTooLarge(limit) };
}

/**
 * Basic authentication: wrong credentials are refused always, none only where authentication is required.
 * Returns the user, or null for a client without one.
 */
export function checkAuthentication(authentication: Authentication, required: boolean): Checked<User | null> {
  if ('user' in authentication) return { value: authentication.user };
  if (authentication.fault === 'none' && !required) return { value: null };
  return { refused: REFUSALS.authenticationRequired() };
}

/** Phase conn: relayhosts, which an authenticated user passes, then the milters. */
export function conn(
  session: Session,
  milters: ReadonlyMap<string, Milter>,
): Checked<true> | Promise<Checked<true>> {
  const { client, tables, user } = session;
  if (!user && !(client.trusted && tables.relayhosts.permits(client.address)))
    return { refused: REFUSALS.clientNotPermitted() };
  return passedMilters(
    true,
    miltersOf('conn', session, milters),
    (milter) => milter.conn?.(client.address, milterView(session)),
    REFUSALS.milterConn,
  );
}
