import { expect, test } from 'vitest';
import type { Address } from '../../functions/mail/address.ts';
import { inOneLine, routeTo, send } from '../dialogue/deliveries.ts';
import { makeKey, verify } from '../dialogue/dkim-keys.ts';
import { deliveryOf, MAILS } from '../dialogue/signed-mails.ts';
import { fresh, TAKEN } from './mails.ts';
import { arrived, postfix } from './postfix.ts';

const key = makeKey('nyaa', 'example.jp', '2026-11');

test.for(Object.entries(MAILS))('a signature of %s holds after Postfix', async ([, mail]) => {
  const route = routeTo(postfix.ports.bare, { dkim: 'nyaa', timeout: 20 });
  const delivery = await deliveryOf(mail, route, key.credential);
  const rcpt = fresh() as Address;
  const answer = await send({ ...delivery, envelope: { ...delivery.envelope, rcpt: [rcpt] } });
  expect(inOneLine(answer)).toMatch(TAKEN);
  const { envelope, octets } = await arrived(rcpt);
  // as the next server has it: with the fields that Postfix put on top
  const received = Buffer.from(`Received: ${envelope.get('Received')}\r\n`);
  for (const each of [octets, Buffer.concat([received, octets])])
    expect(await verify(each, key)).toMatchObject([
      { result: 'pass', domain: 'example.jp', selector: '2026-11' },
    ]);
});
