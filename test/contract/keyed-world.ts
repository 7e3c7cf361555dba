import { randomBytes } from 'node:crypto';
import { createJournal, type Journal } from '../../functions/journal/journal.ts';
import { defineRelay } from '../../functions/relay/define-relay.ts';
import type { Answer } from '../../functions/relay/relay.ts';
import type { Rows } from '../../functions/store/rows.ts';
import type { AllDocuments } from '../../functions/store/snapshot.ts';
import { world } from '../unit/app/world.ts';

/**
 * What the server of the mailer does with a mail: nothing ever, before or after it was handed over; it goes away while that
 * is asked for; or an answer.
 */
export type Fate = 'hang before' | 'hang after' | 'gone before' | Answer;

export const said = (outcome: Answer['outcome'], code = '250'): Answer => ({
  code,
  dsn: null,
  command: 'DATA',
  message: [`${code} ${outcome}`],
  outcome,
  relayed: true,
});

/** Relays that share their rows, as instances of one function do, and what their mail server got. */
export function keyedWorld(open: (now: () => number) => Rows, tables: AllDocuments = {}) {
  let time = 1_795_000_000_000;
  const now = () => time;
  const fates = new Map<string, Fate[]>();
  /** Every mail that was released, by recipient and Message-Id. */
  const sent: { readonly to: string; readonly id: string; readonly queueid: string }[] = [];
  const held: (() => void)[] = [];
  const tried: string[] = [];
  const server = defineRelay({
    name: 'Kept',
    description: 'Keeps mails for a test, as a server would.',
    connects: false,
    example: { route: { mailer: 'Kept' } },
    async send({ envelope, message, queueid }, _credential, _wire, handOver) {
      const [to] = envelope.rcpt;
      tried.push(queueid);
      const fate = fates.get(to)?.shift() ?? said('accepted');
      if (fate === 'hang before') await new Promise<void>((resolve) => held.push(resolve));
      if (fate === 'gone before') {
        void handOver();
        return said('deferred', '421');
      }
      const withheld = await handOver();
      if (withheld) return withheld;
      if (fate === 'hang after') await new Promise<void>((resolve) => held.push(resolve));
      const answer = typeof fate === 'string' ? said('accepted') : fate;
      if (answer.outcome === 'accepted') {
        const id = message.fields.find(({ name }) => name === 'Message-Id')?.value ?? '';
        sent.push({ to, id: String(id), queueid });
      }
      return answer;
    },
  });
  /** Another instance, with its own connections. */
  const instance = (overrides: Partial<Parameters<typeof createJournal>[1]> = {}, everyMail = true) => {
    const report = (problem: string) => made.lines.push({ level: 'error', message: 'journal', problem });
    const journal: Journal = createJournal(open(now), { now, random: randomBytes, report, ...overrides });
    const made = world(tables, {
      now,
      random: randomBytes,
      relays: new Map([[server.name, server]]),
      journal: { everyMail, load: async () => journal },
    });
    return { ...made, journal };
  };
  return {
    instance,
    fates,
    /** The queueids of all mails that were tried. */
    tried,
    sent,
    now,
    pass(seconds: number) {
      time += seconds * 1000;
    },
    /** Lets those that hang go on. */
    wake() {
      for (const resolve of held.splice(0)) resolve();
    },
    hanging: () => held.length,
  };
}
