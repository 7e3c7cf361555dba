import type { Outcome, Reply } from '../smtp/reply.ts';
import type { Context } from './context.ts';
import type { Delivered } from './deliver.ts';
import { MOST_VALUES, NO_MAILER } from './metrics.ts';

type Group = {
  readonly mailer: string;
  readonly outcome: Outcome;
  Replies: number;
  readonly RelayTime: number[];
};

/** Measures one submission, whatever became of it: its replies by mailer and outcome, a hundred at a time; itself once. */
export function measureSession(
  replies: readonly Reply[],
  delivered: readonly Delivered[],
  { source, measure }: Pick<Context, 'source' | 'measure'>,
): void {
  const groups: Group[] = [];
  for (const reply of replies) {
    const { mailer = NO_MAILER, outcome } = reply;
    let group = groups.findLast((each) => each.mailer === mailer && each.outcome === outcome);
    if (!group || group.Replies === MOST_VALUES) {
      group = { mailer, outcome, Replies: 0, RelayTime: [] };
      groups.push(group);
    }
    group.Replies++;
    const time = relayTime(delivered.find((each) => each.reply === reply));
    if (time !== undefined) group.RelayTime.push(time);
  }
  const age = source.age();
  const submission = { Submissions: 1, ...(age !== null && { TableAge: age }) };
  // nobody was replied to: another request's answer, or none yet
  if (groups.length === 0) measure(submission);
  for (const [at, { RelayTime, ...group }] of groups.entries()) {
    measure({ ...(at === 0 && submission), ...group, ...(RelayTime.length > 0 && { RelayTime }) });
  }
}

/** Milliseconds by all ways and tries; undefined where nothing was tried, for want of time. */
function relayTime(delivered: Delivered | undefined): number | undefined {
  if (!delivered) return undefined;
  const ways = [...delivered.before, delivered];
  return ways.some(({ attempts }) => attempts.length > 0)
    ? ways.reduce((sum, { ms }) => sum + ms, 0)
    : undefined;
}
