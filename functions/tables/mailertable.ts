import * as v from 'valibot';
import { toAsciiDomain } from '../mail/address.ts';
import { check } from './check.ts';
import type { Known } from './known.ts';
import { type Route, routeSchema } from './route-entry.ts';
import { name } from './value.ts';

/** Routes by domain. `get` answers from memory, whatever the table's size. */
export type RouteTable = { get(domain: string): Route | undefined };

const domain = () => name("a domain, or 'default'", (input) => toAsciiDomain(input.replace(/\.$/, '')));

/** The schema of mailertable, and of sendermt. */
export function routeTableSchema(known: Known, description: string) {
  return v.pipe(v.record(domain(), routeSchema(known)), v.description(description));
}

export const MAILERTABLE =
  "Routes by the recipient's domain; `default:` is used when neither mailertable nor sendermt matches.";

/** Reads mailertable: domain in lower case -> route. An empty entry counts as absent, as in the original. Throws a ConfigError. */
export function parseRouteTable(
  table: 'mailertable' | 'sendermt',
  description: string,
  document: unknown,
  known: Known,
): ReadonlyMap<string, Route> {
  const entries =
    typeof document === 'object' && document !== null && !Array.isArray(document)
      ? withoutEmpty(document)
      : (document ?? {});
  return new Map(Object.entries(check(table, routeTableSchema(known, description), entries)));
}

function withoutEmpty(document: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([, entry]) => !isEmpty(entry)));
}

function isEmpty(entry: unknown): boolean {
  return entry === null || (typeof entry === 'object' && Object.keys(entry).length === 0);
}
