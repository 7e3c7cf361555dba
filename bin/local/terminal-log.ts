import type { LogLine } from '../../functions/app/context.ts';
import { oncePerSecond } from '../../functions/mail/once-per-second.ts';
import { printable } from '../terminal/printable.ts';

/** A log line for people: "12:05:31 kBMC55V... 200 accepted  example.jp -> example.org by File (12 ms)". */
export function readableLine(line: LogLine, at: Date): string {
  const time = timeOf(at.getTime());
  if (line.message !== 'session') return `${time} ${line.message}${details(line)}`;
  const recipients = Array.isArray(line['recipients']) ? line['recipients'].map(recipient).join('; ') : '';
  const ms = (line['ms'] as { total?: number } | undefined)?.total ?? 0;
  const user = line['user'] ? ` ${text(line['user'])}@` : ' ';
  return `${time} ${text(line['queueid'])} ${text(line['status'])} ${text(line['outcome'])}${user}${text(line['client'])} ${text(line['from'] ?? '-')} -> ${recipients} (${ms} ms)`;
}

/** "12:05:31", as the clock on the wall here has it. */
const timeOf = oncePerSecond((second) => new Date(second * 1000).toTimeString().slice(0, 8));

function recipient(given: Record<string, unknown>): string {
  const { to, mailer, host, code, dsn, command, outcome, cause } = given;
  const by = mailer ? ` by ${text(mailer)}${host ? ` ${text(host)}` : ''}` : '';
  const status = [code, dsn].filter(Boolean).map(text).join(' ');
  const said = outcome === 'accepted' ? status : `${status} at ${text(command ?? '-')}`;
  return `${to ? text(to) : '-'}${by}: ${said}${cause ? ` [${text(cause)}]` : ''}`;
}

function details(line: LogLine): string {
  const { level: _level, message: _message, ...rest } = line;
  return Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${text(value)}`)
    .join('');
}

/** What a peer said never steers the terminal. */
function text(value: unknown): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  if (written !== undefined && /^[ -~]*$/.test(written)) return written;
  return printable(written ?? '').replace(/[\t\n]+/g, ' ');
}
