import { writeFileSync } from 'node:fs';
import { fileOf, PAGES, readPage } from './docs/pages.ts';

/** `npm run docs` prints the pages that are made from the code; with `--check` it only tells which are stale. */
function printDocs(check: boolean): number {
  const stale = PAGES.filter((page) => {
    const now = readPage(page);
    const wanted = page.print(now);
    if (wanted === now) return false;
    if (!check) writeFileSync(fileOf(page), wanted);
    return true;
  });
  for (const { path } of stale) {
    if (check) process.stderr.write(`${path} is stale: run \`npm run docs\`\n`);
    else process.stdout.write(`printed ${path}\n`);
  }
  return check && stale.length > 0 ? 1 : 0;
}

process.exitCode = printDocs(process.argv.includes('--check'));
