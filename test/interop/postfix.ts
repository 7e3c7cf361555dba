import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A service of postfix/master.cf. */
export type Service =
  | 'plain'
  | 'bare'
  | 'submission'
  | 'smtps'
  | 'login'
  | 'cram'
  | 'small'
  | 'hasty'
  | 'stranger';

/** What postfix-start.sh tells: ports, the folder of mails, the log. */
type Postfix = {
  readonly ports: Readonly<Record<Service, number>>;
  readonly mails: string;
  readonly log: string;
};

/** The Postfix that run.sh started. */
export const postfix: Postfix = JSON.parse(readFileSync(process.env['HAINEKO_POSTFIX'] ?? '', 'utf8'));

/** A mail as Postfix delivered it. */
export type Arrived = {
  /** The fields that Postfix put on top: the envelope, and how the mail came. */
  readonly envelope: ReadonlyMap<string, string>;
  /** What is below them, with CRLF line ends: the mail. */
  readonly octets: Buffer;
};

const ON_TOP = /^(?:(Return-Path|X-Original-To|Delivered-To|Received): (.*(?:\n[ \t].*)*)\n)/;
const opened = new Map<string, Arrived>();

/** The mail to a recipient, as soon as it is there and the log says so: all that led to it is in the log then. */
export async function arrived(rcpt: string): Promise<Arrived> {
  for (const begun = Date.now(); Date.now() - begun < 10_000; await sleep(20)) {
    const [mail, more] = mailsTo(rcpt);
    if (more) throw new Error(`several mails to ${rcpt}`);
    if (mail && log().includes(`to=<${rcpt}>`)) return mail;
  }
  throw new Error(`no mail to ${rcpt}:\n${log()}`);
}

/** The mails to a recipient that have arrived by now. */
export function mailsTo(rcpt: string): Arrived[] {
  let names: string[] = [];
  try {
    names = readdirSync(postfix.mails);
  } catch {
    // there is no folder before the first mail
  }
  for (const name of names) if (!opened.has(name)) opened.set(name, open(join(postfix.mails, name)));
  return [...opened.values()].filter(({ envelope }) => envelope.get('X-Original-To') === rcpt);
}

/** Postfix's log. */
export function log(): string {
  return readFileSync(postfix.log, 'utf8');
}

/** How many connections a service has had. */
export function connectionsTo(service: Service): number {
  return log()
    .split(`postfix/${service}/smtpd`)
    .filter((line) => /^\[\d+\]: connect from /.test(line)).length;
}

function open(path: string): Arrived {
  const envelope = new Map<string, string>();
  let text = readFileSync(path, 'latin1');
  // one Received of Postfix; those below it are the mail's own
  while (!envelope.has('Received')) {
    const [whole = '', name = '', value = ''] = ON_TOP.exec(text) ?? [];
    if (whole === '') break;
    envelope.set(name, value.replace(/\n\s*/g, ' '));
    text = text.slice(whole.length);
  }
  return { envelope, octets: Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1') };
}
