import { tableDomain } from '../../functions/tables/domain.ts';
import { documentTree, type Tree } from './document-tree.ts';

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
function deepest({ branches }: Tree, path: string): Found {
  let best: Found = { left: path.length, key: 0, at: undefined };
  for (const { name, at, tree } of branches) {
    const rest = restOf(path, name);
    if (rest === undefined) continue;
    const inside = deepest(tree, rest);
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

/** What follows a key in a path; undefined where the path does not begin with it. */
function restOf(path: string, key: string): string | undefined {
  if (key === '' || !path.startsWith(key)) return undefined;
  const rest = path.slice(key.length);
  if (rest.startsWith('.')) return rest.slice(1);
  return rest === '' || rest.startsWith('[') ? rest : undefined;
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
