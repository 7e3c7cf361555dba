import { milters } from '../../functions/milter/index.ts';
import { phasesOf } from '../../functions/milter/milter.ts';
import { MILTER_PHASES } from '../../functions/tables/haineko-cf.ts';
import { code, page, printedFrom, table } from './markdown.ts';

/** docs/reference/milters.md. */
export function miltersPage(): string {
  const rows = milters.map((milter) => [
    code(milter.name),
    [...phasesOf(milter, MILTER_PHASES)].join(', '),
    milter.description,
  ]);
  return page(
    printedFrom('the registry, functions/milter/index.ts'),
    '# Milters',
    'haineko.cf names them by phase: [tables.md](tables.md#milter). Adding one: [CONTRIBUTING.md](../../CONTRIBUTING.md#adding-a-milter).',
    table(['milter', 'phases', 'what it does'], rows),
  );
}
