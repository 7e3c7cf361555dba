import * as v from 'valibot';
import { check } from './check.ts';
import type { Known } from './known.ts';
import { flag, value, whole, word } from './value.ts';

/** The phases that a milter may have a part in, in the order of an SMTP dialogue. */
export const MILTER_PHASES = ['conn', 'ehlo', 'mail', 'rcpt', 'head', 'body'] as const;
export type MilterPhase = (typeof MILTER_PHASES)[number];

const hostname = () =>
  value<string>('a host name', (input) =>
    typeof input === 'string' &&
    /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(
      input,
    )
      ? input.toLowerCase()
      : undefined,
  );

const anything = (what: string) =>
  v.pipe(
    v.optional(v.unknown()),
    v.description(`Of the original's file (${what}): read, and without effect here.`),
  );

function milterEntries(known: Known) {
  const list = (phase: MilterPhase) => {
    const names = [...known.milters].filter(([, phases]) => phases.has(phase)).map(([name]) => name);
    const milter = value<string>(
      `a milter with a part in ${phase} (${names.join(', ') || 'there is none'})`,
      (input) => (typeof input === 'string' && names.includes(input) ? input : undefined),
    );
    return v.pipe(
      v.nullish(v.array(milter), []),
      v.description(`Milters asked in phase ${phase}, in this order.`),
    );
  };
  return {
    conn: list('conn'),
    ehlo: list('ehlo'),
    mail: list('mail'),
    rcpt: list('rcpt'),
    head: list('head'),
    body: list('body'),
    libs: anything('folders of milters'),
  };
}

/** The schema of haineko.cf, given the milters' names. */
export function hainekoCfSchema(known: Known) {
  const none = { conn: [], ehlo: [], mail: [], rcpt: [], head: [], body: [] };
  return v.pipe(
    v.strictObject({
      hostname: v.pipe(
        v.optional(hostname()),
        v.description(
          "The server's name: EHLO to others, Received, Message-Id, loop detection, default recipient domain. Required when deployed; locally the machine's name.",
        ),
      ),
      max_message_size: v.pipe(
        v.optional(whole(0, 1_000_000_000, 'bytes'), 4_194_304),
        v.description('Most bytes of body, html and decoded attachments together; 0: no limit.'),
      ),
      max_request_size: v.pipe(
        v.optional(whole(1, 100_000_000, 'bytes'), 4_400_000),
        v.description(
          "Most bytes of a request's body. The default is what Lambda's 6 MB event holds when base64-encoded.",
        ),
      ),
      max_rcpts_per_message: v.pipe(
        v.optional(whole(0, 1000), 4),
        v.description('Most recipients of a mail; 0: no limit.'),
      ),
      max_workers: v.pipe(
        v.optional(whole(1, 100), 4),
        v.description('How many recipients are relayed at the same time.'),
      ),
      require_auth: v.pipe(
        v.optional(flag(), 0),
        v.description('1: every request needs Basic authentication (the -A of `haineko start`).'),
      ),
      reply_format: v.pipe(
        v.optional(word('haineko', '0.2.17'), 'haineko'),
        v.description("'0.2.17' answers as Haineko 0.2.17 did, keys and HTTP statuses."),
      ),
      trace_headers: v.pipe(
        v.optional(flag(), 1),
        v.description(
          '0: leaves out X-Mailer, X-SMTP-Engine, X-HTTP-Referer, X-Originating-IP, and masks the client in Received.',
        ),
      ),
      milter: v.pipe(
        v.nullish(v.strictObject(milterEntries(known)), none),
        v.description('Milters by phase.'),
      ),
      mailer: anything('names of the table files'),
      access: anything('names of the table files'),
      syslog: anything('logging'),
      system: anything('its own name'),
      servername: anything('its own name'),
      version: anything('its own version'),
    }),
    v.description(
      'The server itself: its name, limits, milters and answer format. A mapping `smtpd:` around all of it, as the original has it, is taken too.',
    ),
  );
}

/** haineko.cf with its defaults filled in. */
export type HainekoCf = {
  readonly hostname: string;
  readonly max_message_size: number;
  readonly max_request_size: number;
  readonly max_rcpts_per_message: number;
  readonly max_workers: number;
  readonly require_auth: 0 | 1;
  readonly reply_format: 'haineko' | '0.2.17';
  readonly trace_headers: 0 | 1;
  readonly milter: Readonly<Record<MilterPhase, readonly string[]>>;
};

/** Reads haineko.cf; an absent document gives the defaults. Throws a ConfigError. */
export function parseHainekoCf(document: unknown, known: Known): HainekoCf {
  const read = check('haineko.cf', hainekoCfSchema(known), withoutSmtpd(document ?? {}));
  const { conn, ehlo, mail, rcpt, head, body } = read.milter;
  return {
    hostname: read.hostname ?? known.machine,
    max_message_size: read.max_message_size,
    max_request_size: read.max_request_size,
    max_rcpts_per_message: read.max_rcpts_per_message,
    max_workers: read.max_workers,
    require_auth: read.require_auth,
    reply_format: read.reply_format,
    trace_headers: read.trace_headers,
    milter: { conn, ehlo, mail, rcpt, head, body },
  };
}

/** The settings of a document: the original's haineko.cf has everything under `smtpd:`. */
export function withoutSmtpd(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || !('smtpd' in document)) return document;
  const { smtpd, ...beside } = document;
  if (typeof smtpd !== 'object' || smtpd === null || Array.isArray(smtpd)) return document;
  return { ...smtpd, ...beside };
}
