import { readdirSync, readFileSync } from 'node:fs';

/** A request sent to Haineko 0.2.17, and what it answered (original/README.md). */
export type Recording = {
  readonly name: string;
  readonly group: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body?: string;
    readonly body_base64?: string;
  };
  readonly tables: Readonly<Record<string, string | null>>;
  readonly answer: { readonly status: number; readonly json: unknown; readonly text: string | null };
  readonly delivered: readonly unknown[];
};

const FOLDER = new URL('./original/', import.meta.url);

/** All recordings, in the order of their files. */
export function recordings(): Recording[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Recording[]);
}

/** The tables that hold where a recording says nothing else. */
export const BASE_TABLES: Readonly<Record<string, string>> = {
  'haineko.cf':
    "hostname: 'haineko.example.jp'\nmax_message_size: 4194304\nmax_rcpts_per_message: 4\nmax_workers: 4\n",
  mailertable: "default:\n    mailer: 'ESMTP'\n    host: '127.0.0.1'\n    port: 10025\n    timeout: 10\n",
  relayhosts: "relayhosts:\n    - '127.0.0.1'\n    - '192.0.2.0/24'\n",
  recipients: "domainpart: [ 'example.org' ]\nrecipients: [ 'sabatora@example.jp', 'mi-chan@example.org' ]\n",
  password: "haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n",
};

/** What is compared of an answer: its status, and of each reply what a client reads. */
export type Comparable = { readonly status: number; readonly replies: unknown };

/** An answer's comparable part; local paths are one, as in the recordings. */
export function comparable(status: number, json: unknown, text: string | null): Comparable {
  if (typeof json !== 'object' || json === null)
    return { status, replies: text?.startsWith('Nya') ? text : null };
  // name and version: the version is not what is compared
  if ('version' in json && Object.keys(json).length === 2)
    return { status, replies: { ...json, version: 'any' } };
  const replies =
    'response' in json
      ? json.response
      : 'smtp.responses' in json
        ? json['smtp.responses']
        : 'command' in json
          ? [json]
          : // of /conf and /dump their keys: the values are of this machine
            Object.keys(json).sort();
  if (Array.isArray(replies) && replies.every((each) => typeof each === 'string')) return { status, replies };
  return { status, replies: Array.isArray(replies) ? replies.map(comparableReply) : replies };
}

function comparableReply(reply: Record<string, unknown>): Record<string, unknown> {
  const { code, dsn, error, command, message, rcpt = null, mailer = null } = reply;
  const lines = Array.isArray(message)
    ? message.map((line: string) =>
        line.startsWith('/') ? '/path' : line.replace(/^(Message size) \d+/, '$1 N'),
      )
    : message;
  return { code, dsn, error, command, message: lines, rcpt, mailer };
}
