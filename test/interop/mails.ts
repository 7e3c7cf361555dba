import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Address } from '../../functions/mail/address.ts';
import type { Delivery } from '../../functions/relay/relay.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { deliveryBy, inOneLine, NEKO, routeTo, send } from '../dialogue/deliveries.ts';
import { type Arrived, arrived, mailsTo, postfix, type Service } from './postfix.ts';

/** A mail and its only recipient. */
export type Mail = Delivery & { readonly rcpt: string };
/** What of a mail a test gives; the rest does not matter. */
export type Given = { rcpt?: string; mail?: string; head?: string; body?: string | Uint8Array };

/** What Postfix says when it has taken a mail. */
export const TAKEN = /^accepted 250 2\.0\.0 QUIT 2\.0\.0 Ok: queued as [0-9A-F]+$/;

/** An address that no other mail of the tests has. */
export const fresh = (name = 'mi-chan'): string => `${name}@${randomUUID()}.example.org`;

/** A mail to be relayed by a service. */
export function mailBy(service: Service, keys: Partial<Route> = {}, given: Given = {}): Mail {
  const rcpt = (given.rcpt ?? fresh()) as Address;
  const delivery = deliveryBy(routeTo(postfix.ports[service], keys), given.body, given.mail);
  const head = given.head === undefined ? delivery.head : Buffer.from(given.head);
  return { ...delivery, head, envelope: { ...delivery.envelope, rcpt: [rcpt] }, rcpt };
}

/** Sends by ESMTP, with the credential where the route names one; answers in one line. */
export async function answerTo(mail: Mail): Promise<string> {
  return inOneLine(await send(mail, mail.route.auth === undefined ? undefined : NEKO));
}

/** Holds that a mail is taken, and arrives as it was sent, from whom it was sent. */
export async function relay(mail: Mail): Promise<Arrived> {
  expect(await answerTo(mail)).toMatch(TAKEN);
  const there = await arrived(mail.rcpt);
  const sent = Buffer.concat([mail.head, mail.body]).toString('latin1');
  // RFC 5321 4.1.1.4: the line that the final dot stands on ends the mail's last line
  expect(there.octets.toString('latin1') === (sent.endsWith('\r\n') ? sent : `${sent}\r\n`)).toBe(true);
  expect(there.envelope.get('Return-Path')).toBe(`<${mail.envelope.mail ?? ''}>`);
  return there;
}

/** Holds that nothing came of a mail: one that was sent after it has arrived. */
export async function nothingOf({ rcpt }: Mail): Promise<void> {
  await relay(mailBy('bare'));
  expect(mailsTo(rcpt)).toEqual([]);
}
