import type { Context } from '../../../functions/app/context.ts';
import type { Asked } from '../../../functions/app/explain/asked.ts';
import { type Explanation, explain } from '../../../functions/app/explain.ts';
import { milters as shipped } from '../../../functions/milter/index.ts';
import type { Milter } from '../../../functions/milter/milter.ts';
import type { AllDocuments } from '../../../functions/store/snapshot.ts';
import { world } from './world.ts';

/** A mail that nothing stops, by the base tables. */
export const GOOD: Asked = {
  from: 'kijitora@example.jp',
  to: 'mi-chan@example.org',
  client: '127.0.0.1',
  ehlo: '[127.0.0.1]',
};

/** What is told of a mail by these tables. */
export async function told(
  asked: Partial<Asked> = {},
  tables: AllDocuments = {},
  overrides: Partial<Context> = {},
  milters: readonly Milter[] = shipped,
): Promise<Explanation> {
  const { context } = world(tables, overrides, milters);
  return explain({ ...GOOD, ...asked }, await context.source.tables(), context);
}

/** A haineko.cf with these changes. */
export const cf = (changes: object): AllDocuments => ({
  'haineko.cf': { hostname: 'haineko.example.jp', ...changes },
});
