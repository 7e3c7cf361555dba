import { tableDomain } from '../../functions/tables/domain.ts';
import { type Branch, documentTree, type Tree } from './document-tree.ts';

/** The line, counted from 1, where the key of a ConfigIssue's path stands. */
export type LineOf = (path: string) => number | undefined;

/**
 * Where a table's text has its keys: `example.com.port`, `relayhosts[2]`. A key that is not there has the line of what it should stand in; undefined where the
 * text is neither YAML nor JSON.
 */
export function linesOf(table: string, text: string): LineOf {
  let tree: Tree;
  try {
    tree = withDomains(documentTree(text));
  } catch {
    return () => undefined;
  }
  const starts = lineStarts(text);
  // the original has all of haineko.cf under this key, and no path names it
  const wrapper = table === 'haineko.cf' ? 'smtpd' : undefined;
  return (path) => {
    if (path === '') return 1;
    const own = deepest(tree, path);
    const wrapped = wrapper === undefined ? own : deepest(tree, `${wrapper}.${path}`);
    return lineAt(starts, (wrapped.left <= own.left ? wrapped : own).at ?? 0);
  };
}

/** How far a path leads: how much of it is left, and where its last key stands that is there. */
type Found = { readonly left: number; readonly key: number; readonly at: number | undefined };

/** A key may hold dots: every key that the path begins with is tried, the one whose value leads farthest is meant, and of these the longest. */
function deepest(from: Tree, path: string): Found {
  let best: Found = { left: path.length, key: 0, at: undefined };
  for (const { name, at, tree } of keysIn(path).flatMap((key) => byName(from).get(key) ?? [])) {
    const inside = deepest(tree, restOf(path, name));
    const found = { left: inside.left, key: name.length, at: inside.at ?? at };
    // of a key that stands there twice the last one counts
    if (found.left < best.left || (found.left === best.left && found.key >= best.key)) best = found;
  }
  return best;
}

/** The tree with its domains in the form in which addresses have them, too: so some paths name them. As they are written goes first. */
function withDomains({ at, branches }: Tree): Tree {
  const domains = branches.flatMap((branch) => {
    const name = tableDomain(branch.name);
    return name === undefined || name === branch.name ? [] : [{ ...branch, name }];
  });
  return { at, branches: [...domains, ...branches] };
}

/** The keys that a path may begin with: up to each dot or bracket, and all of it. */
function keysIn(path: string): readonly string[] {
  const ends = [...path.matchAll(/[.[]/g)].map(({ index }) => index).filter((end) => end > 0);
  return [...ends, path.length].map((end) => path.slice(0, end)).filter((key) => key !== '');
}

/** What follows a key in a path that begins with it. */
function restOf(path: string, key: string): string {
  const rest = path.slice(key.length);
  return rest.startsWith('.') ? rest.slice(1) : rest;
}

// made once for each mapping: a table of thousands of entries has thousands of findings
const indexes = new WeakMap<Tree, ReadonlyMap<string, readonly Branch[]>>();

function byName(tree: Tree): ReadonlyMap<string, readonly Branch[]> {
  const known = indexes.get(tree);
  if (known) return known;
  const made = new Map<string, Branch[]>();
  for (const branch of tree.branches) {
    const same = made.get(branch.name);
    if (same) same.push(branch);
    else made.set(branch.name, [branch]);
  }
  indexes.set(tree, made);
  return made;
}

/** The offsets at which lines begin (YAML 1.2.2 5.4: CR LF, LF or CR ends one). */
function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
}

/** The line that an offset is in. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
