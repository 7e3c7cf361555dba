import { describe, expect, test } from 'vitest';
import { attempt, deliveryBy, type Mail } from '../../../functions/app/attempt.ts';
import { sampleMail } from '../../../functions/app/explain/sample-mail.ts';
import { addressOf } from '../../../functions/mail/address.ts';
import { mailers } from '../../../functions/relay/index.ts';
import type { Relay } from '../../../functions/relay/relay.ts';
import { LAST_RESORT } from '../../../functions/tables/route-entry.ts';
import { world } from './world.ts';

const [from, to] = ['neko@example.jp', 'mi-chan@example.org'].map((text) => addressOf(text) as never);
const sample = sampleMail(from as never, to as never, 'relay.example.jp');

/** A mail that tells how often it was written. */
function counted(): { mail: Mail; written(): number } {
  let times = 0;
  const written = () => {
    times += 1;
    return sample.written();
  };
  return { mail: { ...sample, written }, written: () => times };
}

describe('deliveryBy()', () => {
  test('has a mail written for every mailer but those that do not read it', () => {
    const unread = [...mailers.values()].filter((relay) => {
      const { mail, written } = counted();
      const { head, body } = deliveryBy(LAST_RESORT, mail, undefined, relay);
      expect(head.length + body.length > 0).toBe(written() === 1);
      return written() === 0;
    });
    expect(unread.map(({ name }) => name)).toEqual(['Discard']);
  });
});

describe('attempt()', () => {
  test('answers deferred, and sends nothing, when a mail cannot be written', async () => {
    const { context } = world();
    const mail: Mail = {
      ...sample,
      written: () => {
        throw new TypeError('Header field "X": control');
      },
    };
    const relay = { ...(mailers.get('Screen') as Relay), send: () => expect.unreachable() };
    const relays = new Map([['ESMTP', relay as never]]);
    const reply = await attempt(mail, LAST_RESORT, Date.now() + 10_000, { ...context, relays });
    expect(reply).toMatchObject({ outcome: 'deferred', dsn: '4.3.0', cause: expect.stringContaining('"X"') });
  });
});
