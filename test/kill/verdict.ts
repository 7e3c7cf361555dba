import type { Outcome } from '../../functions/smtp/reply.ts';
import type { Run } from './run.ts';

/** Outcomes that are the last word on a recipient. */
const FINAL: ReadonlySet<Outcome> = new Set(['accepted', 'rejected', 'unknown']);

/** What does not hold of a run, in sentences; none: everything does. */
export function verdict(run: Run): readonly string[] {
  return [
    ...sentTwice(run),
    ...unanswered(run),
    ...untrue(run),
    ...unfoundedDoubt(run),
    ...changedWords(run),
    ...otherStatus(run),
    ...run.open.map((rcpt) => `${rcpt} is not settled in the end`),
  ];
}

/** How often the server's own log says that it took a recipient's mail. */
function takenOf({ dots }: Pick<Run, 'dots'>): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const { rcpt, taken: has } of dots) if (has) taken.set(rcpt, (taken.get(rcpt) ?? 0) + 1);
  return taken;
}

function sentTwice(run: Run): string[] {
  return [...takenOf(run)]
    .filter(([, times]) => times > 1)
    .map(([rcpt, times]) => `${rcpt} has it ${times} times`);
}

function unanswered({ mails, given }: Run): string[] {
  const told = new Map<string, Set<string>>();
  for (const { key, outcomes } of given)
    told.set(key, new Set([...(told.get(key) ?? []), ...Object.keys(outcomes)]));
  return mails.flatMap(({ key, rcpt }) =>
    rcpt.filter((each) => !told.get(key)?.has(each)).map((each) => `${each} was never answered for`),
  );
}

/** What was said against what the server has: never accepted and not there, never refused or deferred for good and there. */
function untrue(run: Run): string[] {
  const taken = takenOf(run);
  const last = new Map<string, Outcome>();
  const wrong: string[] = [];
  for (const { outcomes } of run.given) {
    for (const [rcpt, outcome] of Object.entries(outcomes)) {
      last.set(rcpt, outcome);
      if (outcome === 'accepted' && !taken.has(rcpt))
        wrong.push(`${rcpt} was called accepted, and is not there`);
      if (outcome === 'rejected' && taken.has(rcpt)) wrong.push(`${rcpt} was called rejected, and is there`);
    }
  }
  for (const [rcpt, outcome] of last)
    if (outcome === 'deferred' && taken.has(rcpt))
      wrong.push(`${rcpt} was called deferred in the end, and is there`);
  return wrong;
}

/** Unknown is said where the server did not say what it made of the mail, or a death came between mark and reply. Nowhere else. */
function unfoundedDoubt({ given, dots, caught }: Run): string[] {
  const silent = new Set(dots.filter(({ said }) => said === 'none').map(({ rcpt }) => rcpt));
  const doubted = given.flatMap(({ outcomes }) =>
    Object.entries(outcomes).flatMap(([rcpt, outcome]) => (outcome === 'unknown' ? rcpt : [])),
  );
  return [...new Set(doubted)]
    .filter((rcpt) => !silent.has(rcpt) && !caught.has(rcpt))
    .map((rcpt) => `${rcpt} was called unknown for no reason`);
}

/** A last word is never taken back; and a key that has its answer gives the very same once more. */
function changedWords({ mails, given, again }: Run): string[] {
  const words = new Map<string, Outcome>();
  const wrong: string[] = [];
  for (const { outcomes } of given) {
    for (const [rcpt, outcome] of Object.entries(outcomes)) {
      const before = words.get(rcpt);
      if (before !== undefined && FINAL.has(before) && before !== outcome)
        wrong.push(`${rcpt} was called ${before}, and ${outcome} later`);
      words.set(rcpt, outcome);
    }
  }
  const finals = new Map(
    given
      .filter(({ outcomes }) => Object.values(outcomes).every((each) => FINAL.has(each)))
      .map((each) => [each.key, each]),
  );
  for (const { key } of mails) {
    const final = finals.get(key);
    const whole = again.get(key);
    if (final && whole?.body !== final.body)
      wrong.push(`${key} has another answer in the end: ${whole?.body}`);
    if (final && whole?.headers['idempotency-replayed'] !== 'true') wrong.push(`${key} was not replayed`);
  }
  return wrong;
}

/** GET /status says what the answer in the end says. */
function otherStatus({ mails, again, status }: Run): string[] {
  return mails.flatMap(({ key }) => {
    const answer = JSON.parse(again.get(key)?.body ?? '{}') as Record<
      string,
      { rcpt: string; outcome: string }[]
    >;
    const told = JSON.parse(status.get(key)?.body ?? '{}') as Record<
      string,
      { rcpt: string; outcome: string }[]
    >;
    const lines = (all: readonly { rcpt: string; outcome: string }[] = []) =>
      all.map(({ rcpt, outcome }) => `${rcpt} ${outcome}`).join(', ');
    const [one, other] = [lines(answer['smtp.responses']), lines(told['recipients'])];
    return one === other && one !== '' ? [] : [`${key}: the answer says ${one}; /status says ${other}`];
  });
}
