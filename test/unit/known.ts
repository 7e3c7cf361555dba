import * as v from 'valibot';
import type { Known } from '../../functions/tables/known.ts';
import { text } from '../../functions/tables/value.ts';

/** What the tables know in unit tests: an SMTP mailer, two local ones, one milter. */
export function known(overrides: Partial<Known> = {}): Known {
  const esmtp = {
    options: {},
    local: false,
    connects: true,
    port: 25,
    signs: true,
    credential: { needed: 'may' as const },
  };
  const local = { ...esmtp, local: true, connects: false };
  const directory = v.pipe(v.optional(text()), v.description('Where the mail is written.'));
  return {
    mailers: new Map([
      ['ESMTP', esmtp],
      ['Discard', { ...esmtp, connects: false }],
      ['File', { ...local, options: { directory } }],
      ['Screen', { ...local, options: {} }],
    ]),
    milters: new Map([['Example', new Set(['mail', 'body'])]]),
    deployed: false,
    machine: 'relay.example.jp',
    ...overrides,
  };
}

/** The ConfigError's lines that reading something gives. */
export function linesOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [String(error)];
  }
  return [];
}
