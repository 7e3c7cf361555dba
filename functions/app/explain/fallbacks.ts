import { fallbackNames, type Way } from '../../route/route.ts';
import type { Tables } from '../../tables/tables.ts';
import type { Mail } from '../attempt.ts';
import type { Context } from '../context.ts';
import { whyImpassable } from '../deliver.ts';
import { fallbackEntry } from '../ways.ts';
import { toldWay, type Warning, type WayTold } from './way.ts';

/** A name in the route's `fallback`: the way that it leads to, or why it would be left out. */
export type FallbackTold = { readonly name: string } & (WayTold | { readonly skipped: string });

/** Tells of each name in a route's `fallback`, in its order. */
export function toldFallbacks(
  first: Way,
  mail: Mail,
  tables: Tables,
  context: Context,
): Promise<{ readonly told: FallbackTold; readonly warnings: readonly Warning[] }[]> {
  const taken = fallbackNames(first);
  const { fallback } = first.route;
  return Promise.all(
    fallback.map(async (name, at) => {
      const skip = (why: string) => ({ told: { name, skipped: why }, warnings: [] });
      if (!taken.includes(name)) return skip('it is the route itself');
      if (fallback.indexOf(name) < at) return skip('it stands there twice');
      const { way, why = '' } = await fallbackEntry(name, tables);
      if (!way) return skip(why);
      const impassable = whyImpassable(mail, first.route, way.route, context);
      if (impassable.length > 0) return skip(impassable.join('; '));
      const { told, warnings } = await toldWay(way, mail, context);
      return { told: { name, ...told }, warnings };
    }),
  );
}
