import { report } from '../../functions/app/report.ts';
import { report0217 } from '../../functions/app/report-0217.ts';
import type { Reply } from '../../functions/smtp/reply.ts';
import { recordings } from '../recorded/recording.ts';
import type { Said } from './api-peer.ts';

const told = {
  queueid: '6AMAPXi20090NAr8',
  client: { address: '127.0.0.1', port: 49989, userAgent: 'Haineko', referer: null, trusted: true },
  receivedAt: Date.UTC(2026, 10, 22, 10, 20, 39),
  addresser: 'neko@example.jp',
  recipients: ['mi-chan@example.org'],
  notes: [],
};

const ACCEPTED: Reply = {
  code: '250',
  dsn: '2.0.0',
  error: 0,
  command: 'QUIT',
  message: ['2.0.0 Ok: queued as 4d1bc'],
  outcome: 'accepted',
  rcpt: 'mi-chan@example.org',
  mailer: 'ESMTP',
  host: 'smtp.example.jp',
  port: 587,
  relayed: true,
};

/** A reply of this Haineko's own route: an acceptance, but for what is given. */
export const replied = (keys: Partial<Reply> = {}): Reply => ({
  ...ACCEPTED,
  ...keys,
  error: (keys.outcome ?? 'accepted') === 'accepted' || keys.outcome === 'queued' ? 0 : 1,
});

/** What this Haineko says, as the app writes it. */
export function haineko(status: number, replies: readonly Reply[], notes: readonly string[] = []): Said {
  return report(status, { ...told, notes }, replies);
}

/** The same with `reply_format: '0.2.17'`. */
export function hainekoIn0217(status: number, replies: readonly Reply[]): Said {
  return report0217(status, told, replies);
}

/** What Haineko 0.2.17 answered when it was recorded: "group: name". */
export function recorded(name: string): Said {
  const found = recordings().find((each) => `${each.group}: ${each.name}` === name);
  if (!found) throw new Error(`no recording ${name}`);
  const { status, json, text } = found.answer;
  return {
    status,
    headers: { 'content-type': json === null ? 'text/plain' : 'application/json' },
    body: json === null ? (text ?? '') : JSON.stringify(json),
  };
}
