import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../functions/smtp/reply.ts';
import type { Given, Whole } from './client.ts';
import type { Dot } from './mail-server.ts';
import type { Run } from './run.ts';
import { verdict } from './verdict.ts';

const given = (outcomes: Record<string, Outcome>, body = 'answer'): Given => ({
  ...{ key: 'k', status: 200, replayed: false, body, queueid: 'q', outcomes },
});

const whole = (list: string, outcomes: Record<string, Outcome>, headers = {}): Whole => ({
  status: 200,
  headers,
  body: JSON.stringify({ [list]: Object.entries(outcomes).map(([rcpt, outcome]) => ({ rcpt, outcome })) }),
});

const dot = (said: Dot['said'], taken = said === '250', rcpt = 'a@example.org'): Dot => ({
  rcpt,
  taken,
  said,
});

/** A run of one mail to one recipient, which was told these outcomes one after another. */
function runOf(outcomes: readonly Outcome[], dots: readonly Dot[], more: Partial<Run> = {}): Run {
  const last = outcomes.at(-1) ?? 'accepted';
  const end = whole('smtp.responses', { 'a@example.org': last }, { 'idempotency-replayed': 'true' });
  return {
    plan: { seed: 1, mails: 1, clients: 1 },
    mails: [{ key: 'k', rcpt: ['a@example.org'], body: '' }],
    given: outcomes.map((each) => given({ 'a@example.org': each }, end.body)),
    dots,
    deaths: 1,
    caught: new Set(),
    again: new Map([['k', end]]),
    status: new Map([['k', whole('recipients', { 'a@example.org': last })]]),
    open: [],
    seconds: 1,
    ...more,
  };
}

describe('verdict()', () => {
  test.each<[string, Run]>([
    ['accepted, and there', runOf(['accepted'], [dot('250')])],
    ['deferred, then accepted', runOf(['deferred', 'accepted'], [dot('451'), dot('250')])],
    ['unknown, and its server was silent', runOf(['unknown'], [dot('none', true)])],
    ['unknown, and the relay died', runOf(['unknown'], [], { caught: new Set(['a@example.org']) })],
    ['rejected, and not there', runOf(['rejected'], [dot('554')])],
  ])('holds: %s', (_, run) => {
    expect(verdict(run)).toEqual([]);
  });

  test.each<[string, Run, string]>([
    ['there twice', runOf(['accepted'], [dot('250'), dot('250')]), 'has it 2 times'],
    ['there twice, once silently', runOf(['unknown'], [dot('none', true), dot('250')]), 'has it 2 times'],
    ['accepted, and not there', runOf(['accepted'], []), 'called accepted, and is not there'],
    ['rejected, and there', runOf(['rejected'], [dot('250')]), 'called rejected, and is there'],
    [
      'deferred in the end, and there',
      runOf(['deferred'], [dot('250')]),
      'deferred in the end, and is there',
    ],
    ['unknown for no reason', runOf(['unknown'], [dot('250')]), 'unknown for no reason'],
    ['a word taken back', runOf(['unknown', 'accepted'], [dot('none', true)]), 'unknown, and accepted later'],
    ['never answered', runOf([], [], { given: [] }), 'was never answered for'],
    ['not settled', runOf(['accepted'], [dot('250')], { open: ['a@example.org'] }), 'not settled in the end'],
    ['another answer in the end', runOf(['accepted'], [dot('250')], { again: new Map() }), 'another answer'],
    ['no status', runOf(['accepted'], [dot('250')], { status: new Map() }), '/status says'],
  ])('does not hold: %s', (_, run, sentence) => {
    expect(verdict(run).join('\n')).toContain(sentence);
  });
});
