import { isDeepStrictEqual } from 'node:util';
import { readDocument } from '../../functions/tables/document.ts';
import { EMPTIED, isRead, isShard, shardsInUse } from './documents.ts';
import type { Stored } from './parameters.ts';
import type { Wanted } from './wanted.ts';

/** One step of a push. */
export type Change =
  | { readonly kind: 'add'; readonly wanted: Wanted }
  | { readonly kind: 'change'; readonly wanted: Wanted; readonly stored: Stored }
  /** SSM does not change a parameter's type: it is deleted and made anew. */
  | { readonly kind: 'retype'; readonly wanted: Wanted; readonly stored: Stored };

/** What parts a stage's parameters from those that are wanted. */
export type Plan = {
  readonly changes: readonly Change[];
  readonly unchanged: readonly Wanted[];
  /** In SSM and neither wanted nor needed: `--prune` takes them away. */
  readonly orphans: readonly Stored[];
};

/** Compares. `needed` are names that stay though nobody wants them; what lies under another key than it shall is laid again. */
export async function planOf(
  wanted: readonly Wanted[],
  stored: ReadonlyMap<string, Stored>,
  needed: (parameter: Stored) => boolean,
  underOtherKey: (name: string) => boolean = () => false,
): Promise<Plan> {
  const changes: Change[] = [];
  const unchanged: Wanted[] = [];
  for (const each of wanted) {
    const before = stored.get(each.name);
    if (!before) changes.push({ kind: 'add', wanted: each });
    else if (before.type !== each.type) changes.push({ kind: 'retype', wanted: each, stored: before });
    else if ((await sameContent(each, before)) && !(each.type === 'SecureString' && underOtherKey(each.name)))
      unchanged.push(each);
    else changes.push({ kind: 'change', wanted: each, stored: before });
  }
  const names = new Set(wanted.map(({ name }) => name));
  const orphans = [...stored.values()].filter(
    (each) => isRead(each.name) && !names.has(each.name) && each.value !== EMPTIED && !needed(each),
  );
  return { changes, unchanged, orphans };
}

/** Whether two texts say the same: what was laid by hand may be YAML. */
async function sameContent(
  one: Pick<Stored, 'name' | 'value'>,
  other: Pick<Stored, 'value'>,
): Promise<boolean> {
  if (one.value === other.value) return true;
  try {
    const [first, second] = await Promise.all([
      readDocument(one.name, one.value),
      readDocument(one.name, other.value),
    ]);
    return isDeepStrictEqual(first, second);
  } catch {
    return false;
  }
}

/**
 * Which parameters stay whatever the folder has: those of the stack, users (a folder in a repository has none), credentials
 * that a route names, the record of pushes, and shards that an index of now or of the push before needs.
 */
export async function neededBeside(
  wanted: readonly Wanted[],
  before: Iterable<Stored>,
  routesName: ReadonlySet<string>,
  ofStack: (parameter: Stored) => boolean,
): Promise<(parameter: Stored) => boolean> {
  const shards = await shardsInUse([
    ...before,
    ...wanted.map((each) => ({ ...each, version: 0, modified: new Date(0) })),
  ]);
  return (parameter) => {
    const { name } = parameter;
    if (ofStack(parameter) || name === 'push' || name === 'password') return true;
    if (isShard(name)) return shards.has(name);
    const [, credential] = /^authinfo\/(.+)$/.exec(name) ?? [];
    return credential !== undefined && routesName.has(credential);
  };
}
