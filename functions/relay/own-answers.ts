import type { Answer } from './relay.ts';

/** Our own word, not a server's: we do not go on, though it might. Nothing was sent, and trying again may help. */
export function held(command: string, dsn: string, message: string, cause?: string): Answer {
  const answer: Answer = { code: '451', dsn, command, message: [message], outcome: 'deferred' };
  return cause === undefined ? answer : { ...answer, cause };
}

/** Our own word: this mail can never go this way. Nothing was sent, and trying again would not help. */
export function unfit(code: string, dsn: string, command: string, message: string): Answer {
  return { code, dsn, command, message: [message], outcome: 'rejected' };
}
