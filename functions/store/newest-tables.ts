import type { Tables } from '../tables/tables.ts';
import { settles } from './aging.ts';
import type { TableSource } from './source.ts';
import { type Clock, isWithin, type Times } from './times.ts';

/** What is read, and the tables that are in force then. */
type Documents = { refresh(): Promise<void>; tables(): Tables };

/**
 * Makes a source's newest() of its documents: one reading for all who ask at once, and no other for
 * `times.wrongPassword` unless it brought something: only an operator makes tables new, anybody may ask for them.
 */
export function newestTables(
  documents: Documents,
  { clock, times }: { clock: Clock; times: Times },
): TableSource['newest'] {
  let look: { readonly at: number; readonly done: Promise<void> } | undefined;

  const readAnew = async (names: readonly string[]): Promise<void> => {
    await documents.refresh();
    await documents.tables().need({ password: names }, true);
  };

  return async (held, names) => {
    let tables = held;
    const reading = async (): Promise<void> => {
      if (!look || !isWithin(clock, look.at, times.wrongPassword)) {
        // what fails leaves in force what is in memory
        look = { at: clock.now(), done: readAnew(names).catch(() => {}) };
      }
      await look.done;
      const found = documents.tables();
      if (found !== held) look = undefined;
      await found.need({ password: names });
      tables = found;
    };
    await settles(reading(), times.wait);
    return tables;
  };
}
