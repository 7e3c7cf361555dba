import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clients, clientsOf, type Given, type KeyedMail, type Whole } from './client.ts';
import { deliveriesIn } from './journal-files.ts';
import { type Dot, startMailServer } from './mail-server.ts';
import { type Chance, chanceOf } from './random.ts';
import { buildRelay, type Mortal } from './relay-process.ts';

/** How a run goes: so many mails by so many clients at once; all chance comes of the seed. */
export type Plan = { readonly seed: number; readonly mails: number; readonly clients: number };

/** What happened in a run. */
export type Run = {
  readonly plan: Plan;
  readonly mails: readonly KeyedMail[];
  /** What clients were told of recipients, in order. */
  readonly given: readonly Given[];
  /** What the mail server's own log says. */
  readonly dots: readonly Dot[];
  /** How often the relay was killed, and whom each death left between the mark and the settled write. */
  readonly deaths: number;
  readonly caught: ReadonlySet<string>;
  /** Of each mail, in the end: the answer to one request more, and what GET /status says. */
  readonly again: ReadonlyMap<string, Whole | undefined>;
  readonly status: ReadonlyMap<string, Whole | undefined>;
  /** Deliveries that are not settled in the end. */
  readonly open: readonly string[];
  readonly seconds: number;
};

/**
 * Milliseconds of a request. Within them a mail is handed over in the first two seconds or so (ANSWER_RESERVE and
 * JOURNAL_TIME are kept back); two more, and a key whose relay died is free again.
 */
const REQUEST_TIME = 8000;
/** Seconds that a route waits for its server. */
const ROUTE_TIMEOUT = 3;
/** In so much of its phases the mail server fails. */
const FAILING = 0.05;
/** Awaits in the life of a relay; a mail takes some 200. */
const LIFE = [300, 60_000] as const;

/** Mails through relays that are killed again and again, to a server that fails. */
export async function run(plan: Plan): Promise<Run> {
  const begun = Date.now();
  const chance = chanceOf(plan.seed);
  const folder = mkdtempSync(join(tmpdir(), 'haineko-kill-'));
  const server = await startMailServer(chanceOf(plan.seed + 1), FAILING);
  const built = await buildRelay();
  const port = await freePort();
  const clients = clientsOf(() => port);
  const journal = join(folder, 'journal');
  const config = tablesIn(join(folder, 'config'), server.port);
  const caught = new Set<string>();
  let deaths = 0;
  let ending = false;
  let relay: Mortal | undefined;
  const live = async (awaits: number) => {
    relay = await built.start({ config, journal, port, requestTime: REQUEST_TIME, awaits });
    return relay.dead;
  };
  /** One relay after the other, until the mails are through. */
  const reign = async () => {
    while (!ending) {
      await live(chance.whole(...LIFE));
      if (ending) return;
      deaths += 1;
      for (const { state, rcpt } of deliveriesIn(folder)) if (state === 'committing') caught.add(rcpt);
    }
  };
  try {
    const mails = Array.from({ length: plan.mails }, (_, at) => mailOf(plan.seed, at, chance));
    const killing = reign();
    await deliverAll(mails, plan, clients);
    ending = true;
    await relay?.stop();
    await killing;
    // one that lives, and a server that works, to be asked about all of it
    server.behave();
    void live(0);
    const again = new Map<string, Whole | undefined>();
    const status = new Map<string, Whole | undefined>();
    const queueids = new Map(clients.given.map(({ key, queueid }) => [key, queueid]));
    const given = [...clients.given];
    for (const mail of mails) {
      again.set(mail.key, await patiently(() => clients.post(mail)));
      status.set(mail.key, await patiently(() => clients.get(`/status/${queueids.get(mail.key)}`)));
    }
    const open = deliveriesIn(folder).filter(({ state }) => state !== 'settled');
    return {
      ...{ plan, mails, given, dots: [...server.dots], deaths, caught, again, status },
      open: open.map(({ rcpt }) => rcpt),
      seconds: (Date.now() - begun) / 1000,
    };
  } finally {
    ending = true;
    await relay?.stop();
    clients.stop();
    await server.stop();
    built.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks until there is an answer: a relay that is asked too early does not listen yet. */
async function patiently(ask: () => Promise<Whole | undefined>): Promise<Whole | undefined> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const whole = await ask();
    if (whole) return whole;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

async function deliverAll(mails: readonly KeyedMail[], plan: Plan, clients: Clients): Promise<void> {
  const queue = mails.entries();
  await Promise.all(
    Array.from({ length: plan.clients }, async () => {
      // each mail has its own chance: which client takes it depends on the machine
      for (const [at, mail] of queue) await clients.deliver(mail, chanceOf(plan.seed + 1000 + at));
    }),
  );
}

function mailOf(seed: number, at: number, chance: Chance): KeyedMail {
  const rcpt = Array.from({ length: chance.pick([1, 1, 1, 2, 3]) }, (_, of) => `m${at}r${of}@example.org`);
  const header = { subject: `Nyaa ${at}` };
  const mail = {
    ehlo: '[127.0.0.1]',
    mail: 'neko@example.jp',
    rcpt,
    header,
    body: 'Nyaa.\r\n'.repeat(1 + (at % 50)),
  };
  return { key: `kill-${seed}-${at}`, rcpt, body: JSON.stringify(mail) };
}

function tablesIn(folder: string, smarthost: number): string {
  const route = {
    mailer: 'ESMTP',
    host: '127.0.0.1',
    port: smarthost,
    timeout: ROUTE_TIMEOUT,
    retry: 1,
    sleep: 0,
  };
  const tables = {
    'haineko.cf': { hostname: 'relay.example.jp' },
    mailertable: { default: { ...route, fallback: ['second'] }, second: route },
    relayhosts: { relayhosts: ['127.0.0.1'] },
    recipients: { domainpart: ['example.org'] },
  };
  mkdirSync(folder);
  for (const [name, table] of Object.entries(tables))
    writeFileSync(join(folder, name), JSON.stringify(table));
  return folder;
}

/** One that nobody has: every relay of a run listens there. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
