import type { Judgement, Result } from './judgement.ts';
import { mailboxKey } from './replies.ts';

/** Keeps each recipient's result by its mailbox: the last one, unless that knows less than the one before it. */
export function keepResults(results: Map<string, Result>, { results: found, told }: Judgement): void {
  for (const result of found) {
    const key = mailboxKey(result.rcpt);
    const before = results.get(key);
    const knows = before === undefined || told.includes(result.rcpt);
    results.set(key, knows ? result : standing(before, result));
  }
}

/** Of two results the one that stands, where the later request came to nobody who knows of the earlier one. */
function standing(before: Result, later: Result): Result {
  if (before.outcome === 'deferred') return later;
  if (before.outcome !== 'unknown') return before;
  if (later.outcome !== 'deferred' && later.outcome !== 'rejected') return later;
  // what may have been sent still may
  return { ...before, message: [...before.message, ...later.message] };
}
