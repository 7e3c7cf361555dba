import type { Answer } from '../relay.ts';

/** A try that failed. */
export type Tried = { readonly exchanger: string; readonly answer: Answer };

/** Which of several failed tries to report: the one that came farthest, of equals the last. */
export function mostTelling(tries: readonly [Tried, ...Tried[]]): Tried {
  return tries.reduce((most, each) => (weight(each.answer) >= weight(most.answer) ? each : most));
}

/** A server's word on the mail, the mail's loss, a server's word before it, what failed before it, no connection. */
function weight({ command, relayed }: Answer): number {
  const begun = command === 'MAIL' || command === 'RCPT' || command === 'DATA';
  return (begun ? 3 : command === 'CONN' && !relayed ? 0 : 1) + (relayed ? 1 : 0);
}
