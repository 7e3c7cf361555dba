import { type Credential, isCredentialName, parseCredential } from '../tables/authinfo.ts';
import { readDocument } from '../tables/document.ts';
import { type Aging, aging } from './aging.ts';
import { describeKept, inForce, type Kept, keepGood } from './last-good.ts';
import { type Parameter, sameParameter } from './parameters.ts';
import type { Report } from './source.ts';
import type { Clock, Times } from './times.ts';

type State = { readonly parameter: Parameter | undefined; readonly kept: Kept<Credential | undefined> };
type Cell = Aging<State> & { reread?: Promise<ReturnType<Refused['refusedCredential']>> };
type Refused = typeof import('./refused-credential.ts');

/** Read before they are asked for: what one instance is likely to use. The others are read when a mail needs them. */
export const MOST_PREFETCHED = 50;

/** The credentials that the routes in force name: authinfo/<name>, one SecureString each. No other name is ever read. */
export function ssmCredentials(world: {
  readonly one: (name: string) => Promise<Parameter | undefined>;
  readonly clock: Clock;
  readonly times: Times;
  readonly report: Report;
  readonly stale: (why: unknown, age: number) => void;
}) {
  const cells = new Map<string, Cell>();
  let named = new Set<string>();
  // shards outlive a change of the other documents
  const namedInShards = new Set<string>();
  const isNamed = (name: string) => named.has(name) || namedInShards.has(name);

  const make = (name: string): Cell =>
    aging<State>(async (previous) => {
      const parameter = await world.one(`authinfo/${name}`);
      if (previous && sameParameter(previous.parameter, parameter)) return previous;
      const kept = await keepGood(
        previous?.kept,
        () => toCredential(name, parameter, previous?.kept.good?.value),
        world.report,
      );
      return { parameter, kept };
    }, world);

  const cellOf = (name: string): Cell => {
    const cell = cells.get(name) ?? make(name);
    cells.set(name, cell);
    return cell;
  };

  const inMemory = (cell: Cell): Credential | undefined => {
    const state = cell.peek();
    return state && inForce(state.kept);
  };

  return {
    /** Takes the names of new tables; credentials that no route names any more are forgotten. */
    replaceNames(names: Iterable<string>): void {
      named = new Set(names);
      for (const name of cells.keys()) if (!isNamed(name)) cells.delete(name);
    },
    /** Takes the names of a shard that was loaded. */
    addNames(names: Iterable<string>): void {
      for (const name of names) namedInShards.add(name);
    },
    /** Begins reading what is missing or old, beside whatever goes on. */
    prefetch(): Promise<unknown> {
      const waits: (Promise<void> | undefined)[] = [];
      for (const name of new Set([...named, ...namedInShards])) {
        if (waits.length === MOST_PREFETCHED) break;
        waits.push(cellOf(name).ensure());
      }
      return Promise.allSettled(waits);
    },
    async get(name: string): Promise<Credential | undefined> {
      if (!isNamed(name)) return undefined;
      const cell = cellOf(name);
      await cell.ensure();
      return inMemory(cell);
    },
    async refresh(name: string, refused: Credential): Promise<Credential | undefined> {
      if (!isNamed(name)) return undefined;
      const cell = cellOf(name);
      const newer = () => (cell.peek()?.kept.good?.value?.version ?? refused.version) !== refused.version;
      if (!newer()) {
        // for those alone whom a server refused
        cell.reread ??= import('./refused-credential.ts').then((each) => each.refusedCredential(cell, world));
        await (await cell.reread)(refused.version, newer);
      }
      return inMemory(cell);
    },
    status: () =>
      [...cells].flatMap(([name, cell]) => {
        const state = cell.peek();
        const problem = state ? describeKept(state.kept) : null;
        return state
          ? [{ name: `authinfo/${name}`, version: state.parameter?.version ?? 'absent', problem }]
          : [];
      }),
  };
}

async function toCredential(
  name: string,
  parameter: Parameter | undefined,
  before: Credential | undefined,
): Promise<Credential | undefined> {
  if (!parameter) return undefined;
  const document = await readDocument(`authinfo/${name}`, parameter.text);
  // a parameter that was deleted and made anew has the old version's number, and is another version all the same
  const version = before?.version === parameter.version ? `${parameter.version} anew` : parameter.version;
  return { name, version, ...parseCredential(name, document) };
}

/** The credentials that a document of routes names in `auth` and `dkim`. */
export function credentialNames(document: unknown): readonly string[] {
  if (typeof document !== 'object' || document === null) return [];
  return Object.values(document).flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { auth, dkim } = entry as { auth?: unknown; dkim?: unknown };
    return [auth, dkim].filter((name) => typeof name === 'string' && isCredentialName(name)) as string[];
  });
}
