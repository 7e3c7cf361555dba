import * as v from 'valibot';
import type { Context, HttpAnswer, HttpRequest, LogLine } from '../../../functions/app/context.ts';
import { answer } from '../../../functions/app/http.ts';
import { knownFrom } from '../../../functions/app/known.ts';
import type { Measured } from '../../../functions/app/metrics.ts';
import { milters as shipped } from '../../../functions/milter/index.ts';
import type { Milter } from '../../../functions/milter/milter.ts';
import { EVERYTHING } from '../../../functions/relay/capabilities.ts';
import { defineRelay } from '../../../functions/relay/define-relay.ts';
import { relays as ownRelays } from '../../../functions/relay/index.ts';
import type { Answer, Delivery, Relay, RelayDeclaration } from '../../../functions/relay/relay.ts';
import { authenticator } from '../../../functions/session/basic-auth.ts';
import { memorySource } from '../../../functions/store/memory.ts';
import type { AllDocuments } from '../../../functions/store/snapshot.ts';
import { text } from '../../../functions/tables/value.ts';

/** The base tables of the recordings, with a route that keeps what it gets. */
export const BASE: AllDocuments = {
  'haineko.cf': { hostname: 'haineko.example.jp' },
  mailertable: { default: { mailer: 'Kept' } },
  relayhosts: { relayhosts: ['127.0.0.1', '192.0.2.0/24'] },
  recipients: { domainpart: ['example.org'], recipients: ['sabatora@example.jp'] },
  password: {
    haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn',
    admin: { password: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn', admin: 1 },
    narrow: { password: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn', senders: ['example.jp'] },
  },
};

/** A mail that is accepted. */
export const MAIL = {
  ehlo: '[127.0.0.1]',
  mail: 'kijitora@example.jp',
  rcpt: ['mi-chan@example.org'],
  header: { from: 'Kijitora <kijitora@example.jp>', subject: 'Nyaa' },
  body: 'Nyaa, nyaa.\n',
};

export type World = {
  readonly context: Context;
  readonly kept: Delivery[];
  readonly lines: LogLine[];
  readonly measured: Measured[];
  /** What the Kept mailer answers, by its route's `keeper`, else by recipient; accepted where nothing stands. */
  readonly answers: Map<string, Answer | (() => Promise<Answer>)>;
  ask(request?: Partial<HttpRequest>): Promise<HttpAnswer & { json: Record<string, unknown> }>;
  post(
    mail: unknown,
    request?: Partial<HttpRequest>,
  ): Promise<HttpAnswer & { json: Record<string, unknown> }>;
};

const ACCEPTED: Answer = {
  code: '250',
  dsn: '2.0.0',
  command: 'QUIT',
  message: ['2.0.0 Ok'],
  outcome: 'accepted',
  relayed: true,
};

/** The app with tables in memory and mailers that keep their mails: `Kept`; `Plain`, which cannot express html; `Cloud`, which does not sign. */
export function world(
  tables: AllDocuments = {},
  overrides: Partial<Context> = {},
  milters: readonly Milter[] = shipped,
): World {
  const kept: Delivery[] = [];
  const lines: LogLine[] = [];
  const measured: Measured[] = [];
  const answers: World['answers'] = new Map();
  const keeper = (name: string, more: Partial<RelayDeclaration> = {}): Relay =>
    defineRelay({
      name,
      description: 'Keeps mails for a test.',
      connects: false,
      signs: true,
      credential: { needed: 'may' },
      example: { route: { mailer: name } },
      options: { keeper: v.pipe(v.optional(text()), v.description('Whose answer is given.')) },
      ...more,
      send(delivery) {
        kept.push(delivery);
        const { keeper: by } = delivery.route.options;
        const told = answers.get(String(by)) ?? answers.get(delivery.envelope.rcpt[0]) ?? ACCEPTED;
        return typeof told === 'function' ? told() : told;
      },
    });
  const relays = [
    ...ownRelays,
    keeper('Kept'),
    keeper('Plain', { can: { ...EVERYTHING, html: false } }),
    keeper('Cloud', { signs: false }),
  ];
  const known = knownFrom(relays, milters, { deployed: false, machine: 'localhost' });
  const context: Context = {
    source: memorySource({ ...BASE, ...tables }, known),
    relays: new Map(relays.map((relay) => [relay.name, relay])),
    milters: new Map(milters.map((milter) => [milter.name, milter])),
    authenticator: authenticator(),
    now: Date.now,
    random: (octets) => new Uint8Array(octets).fill(7),
    log: (line) => lines.push(line),
    measure: (each) => measured.push(each),
    outbox: '/nowhere',
    print: () => {},
    requireAuth: false,
    development: false,
    ...overrides,
  };
  const ask: World['ask'] = async (request = {}) => {
    const made = await answer(
      {
        method: 'POST',
        path: '/submit',
        headers: { 'user-agent': 'neko/1.0' },
        body: JSON.stringify(MAIL),
        remote: { address: '127.0.0.1', port: 49989 },
        deadline: context.now() + 20_000,
        ...request,
      },
      context,
    );
    const isJson = made.headers['content-type'] === 'application/json' && made.body !== '';
    return { ...made, json: isJson ? (JSON.parse(made.body) as Record<string, unknown>) : {} };
  };
  return {
    context,
    kept,
    lines,
    measured,
    answers,
    ask,
    post: (mail, request) => ask({ body: JSON.stringify(mail), ...request }),
  };
}

/** An Authorization header. */
export const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** A delivery's octets as text. */
export const octets = ({ head, body }: Delivery): string => Buffer.concat([head, body]).toString('latin1');
