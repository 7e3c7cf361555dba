import { describe, expect, test } from 'vitest';
import { mostTelling, type Tried } from '../../../../functions/relay/mx/most-telling.ts';

const tried = (exchanger: string, command: string, relayed = false): Tried => ({
  exchanger,
  answer: {
    code: '451',
    dsn: null,
    command,
    message: [],
    outcome: 'deferred',
    ...(relayed && { relayed: true as const }),
  },
});

// from what says least to what says most
const RANKS = [
  tried('no connection', 'CONN'),
  tried('lost at EHLO', 'EHLO'),
  tried('refused by its greeting', 'CONN', true),
  tried('lost at RCPT', 'RCPT'),
  tried('deferred at RCPT', 'RCPT', true),
] as const;

describe('mostTelling()', () => {
  test('mostTelling() takes the try that came farthest, in whichever order they were', () => {
    for (const [index, more] of RANKS.entries()) {
      for (const less of RANKS.slice(0, index)) {
        expect(mostTelling([less, more]).exchanger).toBe(more.exchanger);
        expect(mostTelling([more, less]).exchanger).toBe(more.exchanger);
      }
    }
  });

  test('mostTelling() takes the last of equals', () => {
    expect(mostTelling([tried('a', 'MAIL', true), tried('b', 'DATA', true)]).exchanger).toBe('b');
    expect(mostTelling([tried('a', 'STARTTLS'), tried('b', 'EHLO')]).exchanger).toBe('b');
  });
});
