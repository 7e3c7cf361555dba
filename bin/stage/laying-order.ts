import { ConfigError } from '../../functions/tables/config-error.ts';
import type { Known } from '../../functions/tables/known.ts';
import { buildTables, DOCUMENTS, type DocumentName, type Documents } from '../../functions/tables/tables.ts';
import { isDocument, isShard } from './documents.ts';
import type { Change } from './plan.ts';

/** sendermt before mailertable: a route that goes away is no longer named when it does. */
const OTHER: readonly DocumentName[] = [
  'haineko.cf',
  'sendermt',
  'mailertable',
  'relayhosts',
  'recipients',
  'password',
];

/**
 * The order in which documents are laid one after another, so that an instance that starts in between finds tables that
 * fit together, as far as any order allows it: a `fallback` of sendermt names entries of mailertable.
 */
export function layingOrder(before: Documents, after: Documents, known: Known): readonly DocumentName[] {
  const orders = [DOCUMENTS, OTHER];
  const faults = orders.map((order) => faultsBetween(order, before, after, known));
  return orders[faults.indexOf(Math.min(...faults))] ?? DOCUMENTS;
}

function faultsBetween(
  order: readonly DocumentName[],
  before: Documents,
  after: Documents,
  known: Known,
): number {
  const standing: { [name in DocumentName]?: unknown } = { ...before };
  return order.filter((name) => {
    standing[name] = after[name];
    try {
      buildTables(standing, known);
      return false;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return true;
    }
  }).length;
}

/** Changes in the order of their documents; credentials first, since routes name them, and shards before their index. */
export function inLayingOrder(changes: readonly Change[], order: readonly DocumentName[]): readonly Change[] {
  const rank = ({ wanted: { name } }: Change) => {
    const table = name.split('/')[0] ?? '';
    const at = isDocument(table) ? order.indexOf(table) : -1;
    return at < 0 ? at : 2 * at + (isShard(name) ? 0 : 1);
  };
  return [...changes].sort((one, other) => rank(one) - rank(other));
}
