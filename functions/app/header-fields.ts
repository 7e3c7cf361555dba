import type { Address } from '../mail/address.ts';
import { rfc5322Date } from '../mail/date.ts';
import type { Field } from '../mail/message.ts';
import { messageId } from '../mail/queueid.ts';
import { clientField } from '../session/header-values.ts';
import type { Session } from '../session/session.ts';
import { VERSION } from './version.ts';

/** Written by us in places of our own, so not where the client's other fields go. */
const PLACED: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'sender', 'reply-to', 'subject', 'charset']);

type Sending = Session & { readonly ehlo: string; readonly mail: Address };

/**
 * The header fields of one recipient's mail, in the order they are written (wire.md, "The outgoing mail"). The same for
 * every attempt. `index` is the recipient's; it counts only where each recipient gets a To: of its own.
 */
export function headerFields(
  header: ReadonlyMap<string, string>,
  loop: readonly string[],
  session: Sending,
  to: Address,
  index: number,
): Field[] {
  const { config } = session.tables;
  const shared = Boolean(header.get('to')?.trim());
  const unixtime = Math.floor(session.receivedAt / 1000);
  const fields: Field[] = [
    { name: 'Received', kind: 'structured', value: received(session) },
    { name: 'Date', kind: 'structured', value: rfc5322Date(session.receivedAt) },
    {
      name: 'Message-Id',
      kind: 'structured',
      value: messageId(session.queueid, unixtime, shared ? 0 : index, config.hostname),
    },
    { name: 'From', kind: 'addresses', value: header.get('from')?.trim() || session.mail },
  ];
  const add = (name: string, kind: Field['kind'], value: string | undefined) => {
    if (value !== undefined && value.trim() !== '') fields.push({ name, kind, value });
  };
  add('Sender', 'addresses', header.get('sender'));
  add('To', 'addresses', shared ? header.get('to') : to);
  add('Cc', 'addresses', header.get('cc'));
  add('Reply-To', 'addresses', header.get('reply-to'));
  // a subject of blanks is one (the original takes it too)
  fields.push({ name: 'Subject', kind: 'text', value: header.get('subject') ?? '' });
  for (const [name, value] of header) {
    if (PLACED.has(name)) continue;
    if (value.trim() !== '') fields.push(clientField(name, value));
  }
  if (config.trace_headers === 1) {
    add('X-Mailer', 'text', session.client.userAgent ?? undefined);
    add('X-SMTP-Engine', 'text', `Haineko ${VERSION}`);
    add('X-HTTP-Referer', 'text', session.client.referer ?? undefined);
    add('X-Originating-IP', 'text', session.client.address);
  }
  add('X-Haineko-Loop', 'structured', loop.join(', '));
  return fields;
}

/** The header texts that the mail's charset must hold. */
export function headerTexts(header: ReadonlyMap<string, string>, session: Session): string[] {
  const texts = [...header].filter(([name]) => name !== 'charset').map(([, value]) => value);
  if (session.tables.config.trace_headers === 0) return texts;
  return [...texts, session.client.userAgent ?? '', session.client.referer ?? ''];
}

/** RFC 5321 4.4: the trace line. HTTP is no registered protocol there; the original writes it so. */
function received({ ehlo, client, queueid, receivedAt, tables: { config } }: Sending): string {
  const from = config.trace_headers === 1 ? `${ehlo} (${addressLiteral(client.address)})` : 'unknown';
  return `from ${from} by ${config.hostname} with HTTP id ${queueid}; ${rfc5322Date(receivedAt)}`;
}

function addressLiteral(address: string): string {
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}
