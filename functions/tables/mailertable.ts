import * as v from 'valibot';
import { check } from './check.ts';
import { ConfigError } from './config-error.ts';
import { tableDomain } from './domain.ts';
import type { Known } from './known.ts';
import { type Route, routeSchema } from './route-entry.ts';
import { name } from './value.ts';

/** Routes by domain. `get` answers from memory, whatever the table's size. */
export type RouteTable = { get(domain: string): Route | undefined };

const domain = () => name("a domain, or 'default'", (input) => tableDomain(input));

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
  const isMapping = typeof document === 'object' && document !== null && !Array.isArray(document);
  const entries = isMapping ? withoutEmpty(document) : (document ?? {});
  const routes = new Map(Object.entries(check(table, routeTableSchema(known, description), entries)));
  if (routes.size < Object.keys(entries).length) throw oneDomainTwice(table, Object.keys(entries));
  return routes;
}

/** Two spellings of one domain: which of the two routes is meant cannot be known. */
function oneDomainTwice(table: string, keys: readonly string[]): ConfigError {
  const seen = new Set<string | undefined>();
  const again = keys.find((key) => seen.size === seen.add(tableDomain(key)).size) ?? '';
  return new ConfigError('TABLE_VALUE', [
    { table, path: again, expected: 'each domain once, whatever its case', got: JSON.stringify(again) },
  ]);
}

function withoutEmpty(document: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([, entry]) => !isEmpty(entry)));
}

function isEmpty(entry: unknown): boolean {
  return entry === null || (typeof entry === 'object' && Object.keys(entry).length === 0);
}
