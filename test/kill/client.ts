import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../functions/smtp/reply.ts';
import type { Chance } from './random.ts';

/** A mail as a client has it: with a key of its own, and recipients that no other mail has. */
export type KeyedMail = { readonly key: string; readonly rcpt: readonly string[]; readonly body: string };

/** An answer that tells what became of recipients. */
export type Given = {
  readonly key: string;
  readonly status: number;
  readonly replayed: boolean;
  readonly body: string;
  readonly queueid: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
};

/** What came over the wire; undefined: nothing whole. */
export type Whole = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** Most attempts of a client. */
const MOST_ATTEMPTS = 300;

/** The client of one relay after the other, all on one port. */
export type Clients = {
  /** Posts a mail until its answer is final: nothing is left to be tried, or it has been tried often. */
  deliver(mail: KeyedMail, chance: Chance): Promise<void>;
  post(mail: KeyedMail, patience?: number): Promise<Whole | undefined>;
  get(path: string): Promise<Whole | undefined>;
  /** Every answer about recipients, in the order in which they came. */
  readonly given: readonly Given[];
  stop(): void;
};

/** Clients who try again with the same key whatever happens; some of them before they were answered. */
export function clientsOf(port: () => number): Clients {
  const agent = new Agent({ keepAlive: false });
  const given: Given[] = [];

  const ask = (method: string, path: string, body: string, headers: object, patience: number) =>
    new Promise<Whole | undefined>((resolve) => {
      const options = { host: '127.0.0.1', port: port(), method, path, agent, headers: { ...headers } };
      const sent = httpRequest(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => {
          const { statusCode: status = 0, headers: said, complete } = response;
          resolve(complete ? { status, headers: said, body: text } : undefined);
        });
        response.on('error', () => resolve(undefined));
      });
      sent.on('error', () => resolve(undefined));
      sent.setTimeout(patience, () => sent.destroy());
      sent.end(body);
    });
  const post = async ({ key, body }: KeyedMail, patience = 30_000) => {
    const headers = { 'idempotency-key': `"${key}"`, 'content-type': 'application/json' };
    const whole = await ask('POST', '/submit', body, headers, patience);
    const read = whole && readAnswer(key, whole);
    if (read) given.push(read);
    return whole;
  };

  return {
    given,
    post,
    get: (path) => ask('GET', path, '', {}, 10_000),
    async deliver(mail, chance) {
      let deferrals = 0;
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        // now and then a client is impatient, and comes again beside itself
        const patience = chance.next() < 0.1 ? chance.whole(20, 600) : 30_000;
        const twice = chance.next() < 0.05 ? post(mail) : undefined;
        const whole = await post(mail, patience);
        await twice;
        const wait = Number(whole?.headers['retry-after'] ?? 0) * 1000;
        const answer = whole && readAnswer(mail.key, whole);
        const left = answer && Object.values(answer.outcomes).includes('deferred');
        if (answer && !left) return;
        if (answer) deferrals += 1;
        if (deferrals === 8) return;
        // nobody listens, or another is at it; deferred mails are tried again sooner than we are asked to
        await sleep(answer ? chance.whole(10, 200) : Math.min(wait, 1000) || chance.whole(20, 300));
      }
      throw new Error(`${mail.key} has no answer after ${MOST_ATTEMPTS} attempts`);
    },
    stop: () => agent.destroy(),
  };
}

/** What an answer tells of recipients; undefined: of none, as "in flight". */
function readAnswer(key: string, { status, headers, body }: Whole): Given | undefined {
  const document = JSON.parse(body) as {
    'smtp.queueid': string;
    'smtp.responses': readonly { rcpt: string | null; outcome: Outcome }[];
  };
  const told = document['smtp.responses'].flatMap(({ rcpt, outcome }) =>
    rcpt === null ? [] : [[rcpt, outcome] as const],
  );
  if (told.length === 0) return undefined;
  const replayed = headers['idempotency-replayed'] === 'true';
  const outcomes = Object.fromEntries(told);
  return { key, status, replayed, body, queueid: document['smtp.queueid'], outcomes };
}
