import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandPage } from './command-page.ts';
import { withDeviations } from './deviations-list.ts';
import { mailersPage } from './mailers-page.ts';
import { miltersPage } from './milters-page.ts';
import { repliesPage } from './replies-page.ts';
import { tablesPage } from './tables-page.ts';
import { withTransitions } from './transitions-list.ts';

/** A page that is printed, or has a printed part. */
export type Page = {
  /** From the repository's root. */
  readonly path: string;
  /** What it must hold, given what it holds now. */
  print(now: string): string;
};

export const PAGES: readonly Page[] = [
  { path: 'docs/reference/tables.md', print: tablesPage },
  { path: 'docs/mailers.md', print: mailersPage },
  { path: 'docs/reference/milters.md', print: miltersPage },
  { path: 'docs/reference/replies.md', print: repliesPage },
  { path: 'docs/command.md', print: commandPage },
  { path: 'docs/compatibility.md', print: withDeviations },
  { path: 'docs/delivery.md', print: withTransitions },
];

/** Where a page's file is. */
export function fileOf({ path }: Page): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** What a page's file holds now; nothing where there is none. */
export function readPage(page: Page): string {
  try {
    return readFileSync(fileOf(page), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
