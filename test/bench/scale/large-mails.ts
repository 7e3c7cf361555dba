import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MB = 1024 * 1024;
const LINE = 'The quick brown cat jumps over the lazy dog, and writes 72 octets of it.\n';

/** The domains whose mail goes by each mailer. */
export const DOMAINS = { AmazonSES: 'ses.example.org', ESMTP: 'esmtp.example.org' } as const;
export type Mailer = keyof typeof DOMAINS;

/** The mailers that are measured. */
export const MAILERS: readonly Mailer[] = ['AmazonSES', 'ESMTP'];

/** The mails whose memory is measured; an event of API Gateway must stay under Lambda's 6 MB. */
export const CONTENTS = {
  '1 KB of text': { body: LINE.repeat(14) },
  // the most that haineko.cf's default takes
  '4 MB of text': { body: LINE.repeat((4 * MB) / LINE.length) },
  '3 MB attachment': {
    body: 'See the attached file.\n',
    attachments: [
      {
        filename: 'cat.pdf',
        type: 'application/pdf',
        content: Buffer.alloc(3 * MB, 'nyaa\xe9').toString('base64'),
      },
    ],
  },
} as const;
export type Content = keyof typeof CONTENTS;

/** Writes an event of API Gateway with this mail into a folder; its path. */
export function writeEvent(folder: string, content: Content, mailer: Mailer): string {
  const recorded = new URL('../../bundle/events/submit-json.json', import.meta.url);
  const mail = {
    ehlo: 'client.example.jp',
    mail: 'kijitora@example.jp',
    rcpt: [`neko@${DOMAINS[mailer]}`],
    header: { from: 'Kijitora <kijitora@example.jp>', subject: 'Nyaa' },
    ...CONTENTS[content],
  };
  const event = { ...JSON.parse(readFileSync(recorded, 'utf8')), body: JSON.stringify(mail) };
  const path = join(folder, `${content} ${mailer}.json`);
  writeFileSync(path, JSON.stringify(event));
  return path;
}
