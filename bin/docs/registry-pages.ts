import { milters } from '../../functions/milter/index.ts';
import { phasesOf } from '../../functions/milter/milter.ts';
import { relays } from '../../functions/relay/index.ts';
import { MILTER_PHASES } from '../../functions/tables/haineko-cf.ts';
import { keyTable } from './keys.ts';
import { code, page, printedFrom, table } from './markdown.ts';

/** docs/reference/mailers.md. */
export function mailersPage(): string {
  const rows = relays.map(({ name, description, connects, port, local }) => [
    code(name),
    description,
    connects ? String(port) : '-',
    local ? 'no' : 'yes',
  ]);
  const own = relays.filter(({ options }) => Object.keys(options).length > 0);
  return page(
    printedFrom('the registry, functions/relay/index.ts'),
    '# Mailers',
    'A route names one in `mailer`: [tables.md](tables.md#mailertable). The case of its name counts. Adding one: [CONTRIBUTING.md](../../CONTRIBUTING.md#adding-a-mailer).',
    table(['mailer', 'what it does', 'default port', 'on Lambda'], rows),
    'A dash as port: `host` and `port` mean nothing to this mailer. A mailer that is not for Lambda is a configuration error there.',
    ...own.flatMap(({ name, options }) => [`## Keys of ${name}`, keyTable(options)]),
  );
}

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
