import { expect, test } from 'vitest';
import { wireOf } from '../dialogue/deliveries.ts';
import { startPeerOf } from './api-case.ts';
import { apiCases } from './cases/index.ts';
import { type MailKeys, mailBy } from './mails.ts';
import { routeOf } from './routes.ts';

const addresses = (name: string, value: string) => ({ name, kind: 'addresses' as const, value });

/** Mails that not every API can say. */
const MAILS: Readonly<Record<string, MailKeys>> = {
  'several From': {
    fields: [addresses('From', 'neko@example.jp, tora@example.jp'), addresses('Sender', 'neko@example.jp')],
  },
  'others in Cc': { fields: [addresses('Cc', 'tora@example.jp')] },
  'the null sender': { mail: null },
};

/** By name what is refused, and the most bytes: written down here too, so that no declaration changes by accident. */
const REFUSED: Readonly<Record<string, readonly [size: number | undefined, ...refused: string[]]>> = {
  AmazonSES: [10_000_000, 'the null sender'],
  SendGrid: [30_000_000, 'several From', 'others in Cc', 'the null sender'],
  Postmark: [10_000_000, 'several From', 'others in Cc', 'the null sender'],
  Mandrill: [25_000_000, 'several From', 'the null sender'],
  Mailgun: [25_000_000, 'several From', 'the null sender'],
  Haineko: [undefined, 'the null sender'],
};

const rows = apiCases.flatMap((mailer) =>
  Object.keys(MAILS).map((what) => [mailer.relay.name, what, mailer] as const),
);

test.each(rows)('%s sends %s whole, or refuses it and opens no connection', async (name, what, mailer) => {
  const peer = await startPeerOf(mailer);
  const credential = mailer.credential && { name: 'neko', version: '1', ...mailer.credential };
  const delivery = await mailBy(routeOf(mailer, peer.port), MAILS[what]);
  const reply = await mailer.relay.send(delivery, credential, wireOf());
  const refused = REFUSED[name]?.includes(what);
  expect(reply).toMatchObject(
    refused ? { outcome: 'rejected', code: '554', dsn: '5.6.3' } : { outcome: 'accepted' },
  );
  expect(peer.connections()).toBe(refused ? 0 : 1);
  expect(mailer.relay.can.size).toBe(REFUSED[name]?.[0]);
  await peer.close();
});
