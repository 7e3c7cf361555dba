import type { Address } from '../../mail/address.ts';
import type { Mail } from '../attempt.ts';

/** A mail of one line of text, that any mailer can express: for what a way says before it sends. It is never sent. */
export function sampleMail(from: Address, to: Address, hostname: string): Mail {
  const fields = [
    { name: 'From', kind: 'addresses', value: from },
    { name: 'To', kind: 'addresses', value: to },
    { name: 'Subject', kind: 'text', value: 'Nyaa' },
  ] as const;
  const head = fields.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  return {
    queueid: '0'.repeat(16),
    envelope: { mail: from, rcpt: [to] },
    hostname,
    content: { text: 'Nyaa\n', html: undefined, attachments: [] },
    charset: 'UTF-8',
    written: () => ({
      fields,
      head: Buffer.from(`${head}\r\n`, 'latin1'),
      body: Buffer.from('Nyaa\r\n', 'latin1'),
    }),
  };
}
