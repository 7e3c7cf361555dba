import type { Address } from '../mail/address.ts';
import { LAST_RESORT } from '../tables/route-entry.ts';
import { type Candidate, ROUTE_CANDIDATES, type RouteTables } from './route.ts';

/** One look of routeFor(), and what it found. */
export type Step = {
  /** Null for the last resort, which stands in no table. */
  readonly table: Candidate['table'] | null;
  /** The entry's name; null where there was none to look up. */
  readonly key: string | null;
  readonly result: 'matched' | 'absent' | 'disabled' | 'not looked at';
  readonly why: string;
};

const LAST = `${LAST_RESORT.host}:${LAST_RESORT.port}`;

/**
 * The looks of routeFor() in its order, once need() has brought the entries there; each says what it found. Without a
 * recipient (its address is none) nothing is looked at.
 */
export function traceRoute(
  recipient: Address | undefined,
  sender: Address | null,
  tables: RouteTables,
): readonly Step[] {
  let over = recipient === undefined ? 'the recipient is no address' : undefined;
  const steps = ROUTE_CANDIDATES.map(({ table, key }): Step => {
    const name = recipient && key(recipient, sender);
    const not = (why: string): Step => ({ table, key: name ?? null, result: 'not looked at', why });
    if (over !== undefined) return not(over);
    if (name === undefined) return not(noKey(table, sender));
    const entry = tables[table].get(name);
    const whose = whoseKey(table, name);
    if (!entry) return { table, key: name, result: 'absent', why: `${table} has no entry for ${whose}` };
    if (entry.disabled === 1)
      return { table, key: name, result: 'disabled', why: 'the entry has disabled: 1, and counts as absent' };
    over = `'${name}' in ${table} has matched`;
    return { table, key: name, result: 'matched', why: `${table} has an entry for ${whose}` };
  });
  const last: Step = over
    ? { table: null, key: LAST, result: 'not looked at', why: over }
    : {
        table: null,
        key: LAST,
        result: 'matched',
        why: 'no table says anything: an SMTP server on this machine',
      };
  return [...steps, last];
}

function whoseKey(table: Candidate['table'], key: string): string {
  if (key === 'default') return 'mail that no other entry matches';
  return table === 'sendermt' ? "the sender's domain" : "the recipient's domain";
}

function noKey(table: Candidate['table'], sender: Address | null): string {
  return table === 'sendermt' && sender === null
    ? 'the sender is no address'
    : "'default' is no domain: it is the entry for mail that no other matches";
}
