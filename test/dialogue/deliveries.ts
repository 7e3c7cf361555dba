import type { Address } from '../../functions/mail/address.ts';
import { esmtp } from '../../functions/relay/esmtp.ts';
import type { Delivery, Relayed, Wire } from '../../functions/relay/relay.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import type { Route } from '../../functions/tables/route-entry.ts';

/** The credential of the tests. */
export const NEKO: Credential = { name: 'neko', version: '1', username: 'neko', password: 'nyaa:=+' };

/** A route to a port of 127.0.0.1, with short patience. */
export function routeTo(port: number, keys: Partial<Route> = {}): Route {
  return {
    mailer: 'ESMTP',
    host: '127.0.0.1',
    port,
    auth: undefined,
    dkim: undefined,
    fallback: [],
    retry: 0,
    sleep: 0,
    timeout: 5,
    starttls: 0,
    tls_verify: 1,
    auth_plaintext: 0,
    disabled: 0,
    debug: 0,
    options: {},
    ...keys,
  };
}

/** A mail to mi-chan by a route. */
export function deliveryBy(
  route: Route,
  body: string | Uint8Array = 'Nyaa.\r\n',
  mail = 'neko@example.jp',
): Delivery {
  return {
    queueid: '6AMAPXi20090NAr8',
    envelope: { mail: mail === '' ? null : (mail as Address), rcpt: ['mi-chan@example.org' as Address] },
    head: Buffer.from('From: neko@example.jp\r\nSubject: Nyaa\r\n\r\n'),
    body: Buffer.from(body),
    message: {
      fields: [
        { name: 'From', kind: 'addresses', value: 'neko@example.jp' },
        { name: 'Subject', kind: 'text', value: 'Nyaa' },
      ],
      content: { text: body.toString(), html: undefined, attachments: [] },
      charset: 'UTF-8',
    },
    route,
    hostname: 'haineko.test',
  };
}

/** The outside world, with a minute to go and hardly any reserve for the answer. */
export function wireOf(keys: Partial<Wire> = {}): Wire {
  const now = keys.now ?? Date.now;
  return {
    now,
    deadline: now() + 60_000,
    outbox: '/nonexistent',
    print: () => undefined,
    answerReserve: 50,
    ...keys,
  };
}

/** Sends by ESMTP. */
export function send(delivery: Delivery, credential?: Credential, wire: Wire = wireOf()): Promise<Relayed> {
  return esmtp.send(delivery, credential, wire);
}

/** An answer in one line, as scenarios write it. */
export function inOneLine({ outcome, code, dsn, command, message }: Relayed): string {
  return `${outcome} ${code} ${dsn ?? '-'} ${command ?? '-'} ${message.join(' / ')}`.trimEnd();
}
