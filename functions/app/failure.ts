import { REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import { RowsUnavailable } from '../store/rows.ts';
import { SourceUnavailable } from '../store/source.ts';
import { ConfigError } from '../tables/config-error.ts';

/** What a failure becomes for the client: wrong tables, tables or journal out of reach, or a defect of ours, which tells nothing. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ConfigError) {
    return REFUSALS.tablesWrong(
      ...error.issues.map(({ table, path }) => (path === '' ? table : `${table}: ${path}`)),
    );
  }
  if (error instanceof RowsUnavailable) return REFUSALS.journalUnavailable();
  return error instanceof SourceUnavailable ? REFUSALS.tablesUnavailable() : REFUSALS.internalError();
}

/** What the log says of it: trouble outside says all there is to know in its message, a defect needs its stack. */
export function causeOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof SourceUnavailable || error instanceof RowsUnavailable)
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
