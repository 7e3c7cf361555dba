import type { Known } from './known.ts';
import { parseRouteTable } from './mailertable.ts';
import type { Route } from './route-entry.ts';

export const SENDERMT =
  "Routes by the sender's domain, asked when mailertable has none for the recipient's; the same keys.";

/** Reads sendermt: domain in lower case -> route. Throws a ConfigError. */
export function parseSendermt(document: unknown, known: Known): ReadonlyMap<string, Route> {
  return parseRouteTable('sendermt', SENDERMT, document, known);
}
