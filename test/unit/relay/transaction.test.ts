import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../../functions/relay/esmtp/conversation.ts';
import { NO_EXTENSIONS } from '../../../functions/relay/esmtp/extensions.ts';
import { transact } from '../../../functions/relay/esmtp/transaction.ts';
import { timeLeft } from '../../../functions/relay/time-left.ts';
import { deliveryBy, routeTo, wireOf } from '../../dialogue/deliveries.ts';

const route = routeTo(25);

/** A conversation that keeps what is said. */
function heardBy(said: string[], over = false): Conversation {
  return {
    connection: undefined as never,
    listener: () => undefined,
    log: undefined,
    say: (commands) => void said.push(...commands),
    write: (octets) => void said.push(Buffer.from(octets).toString()),
    pending: () => 'MAIL',
    allAnswered: () => true,
    midReply: () => false,
    expectDot: () => undefined,
    over: () => over,
    close: () => undefined,
  };
}

describe('transact()', () => {
  test('transact() says nothing on a connection that ended when nobody listened, and calls it stale', async () => {
    const said: string[] = [];
    const session = { conversation: heardBy(said, true), extensions: NO_EXTENSIONS };
    const { answer, stale, reusable } = await transact(
      session,
      deliveryBy(route),
      timeLeft(route, wireOf()),
      () => {
        throw new Error('handed over');
      },
    );
    expect([answer.outcome, answer.code, stale, reusable, said]).toEqual([
      'deferred',
      '421',
      true,
      false,
      [],
    ]);
  });

  test.each([
    [true, 3],
    [false, 1],
  ])('transact() says all commands at once where PIPELINING is %s', (pipelining, count) => {
    const said: string[] = [];
    const conversation = heardBy(said);
    const session = { conversation, extensions: { ...NO_EXTENSIONS, pipelining } };
    void transact(session, deliveryBy(route), timeLeft(route, wireOf()), () => undefined);
    expect(said).toHaveLength(count);
    // ends its clock
    conversation.listener({ lost: 'closed', code: undefined });
  });
});
