import type { Outcome } from '../../functions/smtp/reply.ts';
import type { Run } from './run.ts';
import { verdict } from './verdict.ts';

/** A run in words, with what does not hold. */
export function report(run: Run): string {
  const { plan, mails, given, dots, deaths, caught, seconds } = run;
  const last = new Map<string, Outcome>();
  for (const { outcomes } of given)
    for (const [rcpt, outcome] of Object.entries(outcomes)) last.set(rcpt, outcome);
  const count = (outcome: Outcome) => [...last.values()].filter((each) => each === outcome).length;
  const said = (how: string) => dots.filter((each) => each.said === how).length;
  const wrong = verdict(run);
  return [
    `seed ${plan.seed}: ${mails.length} mails to ${last.size} recipients by ${plan.clients} clients, ${seconds.toFixed(0)} s`,
    `  the relay was killed ${deaths} times, with ${caught.size} recipients between the mark and the settled write`,
    `  the mail server saw ${dots.length} final dots: 250 to ${said('250')}, 451 to ${said('451')}, 554 to ${said('554')}, nothing to ${said('none')}`,
    `  answers with recipients: ${given.length}, ${given.filter(({ replayed }) => replayed).length} of them replayed`,
    `  in the end: ${(['accepted', 'rejected', 'deferred', 'unknown'] as const).map((each) => `${count(each)} ${each}`).join(', ')}`,
    wrong.length === 0
      ? '  holds: no recipient has a mail twice, every answer is true, unknown is said only where nobody can know'
      : `  DOES NOT HOLD:\n${wrong.map((each) => `    ${each}`).join('\n')}`,
  ].join('\n');
}
