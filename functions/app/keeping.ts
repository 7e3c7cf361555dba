import type { JournalOptions } from '../journal/journal.ts';
import { loadOnce } from '../relay/load-once.ts';
import type { Context, Keeping } from './context.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The journal of a deployed relay, as infra/submit-function.ts says where it is; undefined where there is none. What keeps
 * it is loaded when it is needed: no cold start waits for that.
 */
export function tableKeeping(
  env: Env,
  { log, measure, random }: Pick<Context, 'log' | 'measure' | 'random'>,
): Keeping | undefined {
  const table = env['HAINEKO_JOURNAL'];
  if (!table) return undefined;
  const options: JournalOptions = {
    ...hoursAndDays(env),
    random,
    report: (problem) => log({ level: 'error', message: 'journal', problem }),
  };
  const failed = () => measure({ JournalFailures: 1 });
  return {
    everyMail: env['HAINEKO_STATUS'] !== 'off',
    load: loadOnce(async () => {
      const { journalInTable } = await import('../journal/in-table.ts');
      return journalInTable(table, env, options, failed);
    }),
  };
}

function hoursAndDays(env: Env): Pick<JournalOptions, 'keyHours' | 'days'> {
  const { HAINEKO_KEY_HOURS: hours, HAINEKO_JOURNAL_DAYS: days } = env;
  return { ...(hours && { keyHours: Number(hours) }), ...(days && { days: Number(days) }) };
}
