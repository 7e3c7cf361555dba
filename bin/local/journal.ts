import type { Context, Keeping } from '../../functions/app/context.ts';
import { createJournal, type Journal } from '../../functions/journal/journal.ts';
import { loadOnce } from '../../functions/relay/load-once.ts';
import { fileRows } from '../../functions/store/file-rows.ts';

/** The journal in a folder. */
export type LocalJournal = Keeping & {
  /** Nothing happens where it was never needed. */
  close(): void;
};

/** Keys, and what becomes of every mail, in files of this folder. */
export function localJournal(folder: string, { log, random }: Pick<Context, 'log' | 'random'>): LocalJournal {
  const report = (problem: string) => log({ level: 'error', message: `journal: ${problem}` });
  let opened: Journal | undefined;
  return {
    everyMail: true,
    load: loadOnce(async () => {
      opened = createJournal(fileRows(folder), { random, report });
      return opened;
    }),
    close: () => opened?.close(),
  };
}
