import { inTime } from '../relay/in-time.ts';
import { RowsUnavailable } from '../store/rows.ts';
import type { Context, HttpRequest } from './context.ts';

/** Milliseconds kept back of a request's time to write down what became of its mail. */
export const JOURNAL_TIME = 1000;

/** What the journal is asked before anything is sent; RowsUnavailable where that takes so long that nothing could be any more. */
export function beforeTheEnd<T>(
  asked: Promise<T>,
  { deadline }: Pick<HttpRequest, 'deadline'>,
  { now }: Pick<Context, 'now'>,
): Promise<T> {
  return inTime(asked, deadline - JOURNAL_TIME - now(), (): T => {
    throw new RowsUnavailable('no answer in time');
  });
}
