import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../functions/journal/entry.ts';
import type { Hold } from '../../functions/journal/hold.ts';
import { createJournal, type Journal } from '../../functions/journal/journal.ts';
import { InFlight } from '../../functions/journal/writing.ts';
import type { Reply } from '../../functions/smtp/reply.ts';
import { ROW_STORES } from './row-stores.ts';

/** Seconds of a lease, and of a step of the clock. */
const LEASE = 30;
const RCPT = 'mi-chan@example.org';

/**
 * What must be true, told without a journal: who has the recipient in hand, whether the mail may be on its way or has
 * gone, and since when a lease runs. It is the machine of docs/delivery.md.
 */
type Model = {
  state: 'none' | 'claimed' | 'committing' | 'accepted' | 'deferred' | 'rejected' | 'unknown';
  /** Which of the workers has it, and until when. */
  owner: number | undefined;
  until: number;
  time: number;
};

type Worker = { hold?: Hold; entry?: Entry };
type Real = {
  readonly journal: Journal;
  readonly workers: Worker[];
  readonly clock: { now: number };
  /** How often the final dot was released for a mail that its server did not then defer. */
  releases: number;
};

const reply = (outcome: Reply['outcome']): Reply => ({
  ...{ code: outcome === 'accepted' ? '250' : '451', dsn: null, command: 'DATA', message: [outcome] },
  ...{ error: outcome === 'accepted' ? 0 : 1, outcome, rcpt: RCPT },
});

/** What one of the workers does. It may always be tried: a worker without anything in hand does nothing. */
abstract class Step implements fc.AsyncCommand<Model, Real> {
  readonly worker: number;
  constructor(worker: number) {
    this.worker = worker;
  }
  check = () => true;
  abstract run(model: Model, real: Real): Promise<void>;
}

/** A worker begins, as a client's request does: first, again, or after another's death. */
class Claim extends Step {
  async run(model: Model, real: Real) {
    const asked = {
      ...{ sender: 'user neko', key: 'k', fingerprint: 'f', queueid: `q${this.worker}` },
      ...{ receivedAt: real.clock.now, until: real.clock.now + LEASE * 1000 },
    };
    const opened = await real.journal.open(asked);
    const busy = (model.state === 'claimed' || model.state === 'committing') && model.until > model.time;
    if (busy) {
      expect(opened).toHaveProperty('inFlight');
      return;
    }
    if (!('hold' in opened)) {
      // answered for good: only what can never run again is
      expect(['accepted', 'rejected', 'unknown']).toContain(model.state);
      expect(opened).toHaveProperty('answered');
      return;
    }
    const { hold } = opened;
    const [claimed] = await hold.claim([{ rcpt: RCPT, from: null, sender: 'user neko', index: 0 }]);
    if (model.state === 'committing') Object.assign(model, { state: 'unknown', owner: undefined });
    const runs = model.state === 'none' || model.state === 'claimed' || model.state === 'deferred';
    if (!claimed || !('entry' in claimed)) {
      expect([runs, claimed?.stands.outcome]).toEqual([false, model.state]);
      await hold.answer({ status: 200, headers: {}, body: '' }, false);
      return;
    }
    expect(runs, `claimed in ${model.state}`).toBe(true);
    Object.assign(model, { state: 'claimed', owner: this.worker, until: model.time + LEASE });
    real.workers[this.worker] = { hold, entry: claimed.entry };
  }
  override toString = () => `claim(${this.worker})`;
}

/** A worker wants to release the final dot; only who has it in hand may. */
class Commit extends Step {
  async run(model: Model, real: Real) {
    const { entry } = real.workers[this.worker] ?? {};
    if (!entry) return;
    const withheld = await entry.commit();
    const may = model.owner === this.worker;
    expect(withheld === undefined, `commit of ${this.worker} in ${model.state}`).toBe(may);
    if (!may) {
      expect(withheld?.outcome).toBe('unknown');
      return;
    }
    if (model.state === 'claimed') real.releases += 1;
    model.state = 'committing';
  }
  override toString = () => `commit(${this.worker})`;
}

/** The server's reply, or none; or a refusal before the dot. */
class Settle extends Step {
  readonly outcome: 'accepted' | 'rejected' | 'deferred' | 'unknown';
  constructor(worker: number, outcome: Settle['outcome']) {
    super(worker);
    this.outcome = outcome;
  }
  async run(model: Model, real: Real) {
    const { hold, entry } = real.workers[this.worker] ?? {};
    if (!hold || !entry) return;
    real.workers[this.worker] = {};
    const mine = model.owner === this.worker;
    // no server says yes, and nobody is left in doubt, before the dot
    const outcome =
      mine && model.state === 'claimed' && /accepted|unknown/.test(this.outcome) ? 'deferred' : this.outcome;
    await entry.settle(reply(outcome), []);
    await hold.answer({ status: 200, headers: {}, body: outcome }, outcome === 'deferred');
    if (!mine) return;
    if (outcome === 'deferred' && model.state === 'committing') real.releases -= 1;
    Object.assign(model, { state: outcome, owner: undefined });
  }
  override toString = () => `settle(${this.worker}, ${this.outcome})`;
}

/** Deferred, and the worker goes on to the next way. */
class GoOn extends Step {
  async run(model: Model, real: Real) {
    const { entry } = real.workers[this.worker] ?? {};
    if (!entry) return;
    await entry.goOn([]);
    if (model.owner !== this.worker || model.state !== 'committing') return;
    real.releases -= 1;
    model.state = 'claimed';
  }
  override toString = () => `goOn(${this.worker})`;
}

/** A worker is killed: its hands are empty, the journal has heard nothing. */
class Kill extends Step {
  async run(model: Model, real: Real) {
    real.workers[this.worker] = {};
    if (model.owner === this.worker) model.owner = undefined;
  }
  override toString = () => `kill(${this.worker})`;
}

class Pass extends Step {
  async run(model: Model, real: Real) {
    real.clock.now += LEASE * 500;
    model.time += LEASE / 2;
  }
  override toString = () => 'half a lease passes';
}

/** What somebody who asks sees is what the model says. */
class Look extends Step {
  async run(model: Model, real: Real) {
    const all = await Promise.all([0, 1, 2].map((worker) => real.journal.find(`q${worker}`)));
    const [seen, ...others] = all.flat();
    expect(others).toEqual([]);
    const state = seen?.state === 'settled' ? seen.reply?.outcome : seen?.state;
    expect(state ?? 'none').toBe(model.state);
  }
  override toString = () => 'look';
}

const worker = fc.integer({ min: 0, max: 2 });
const outcome = fc.constantFrom(
  'accepted' as const,
  'rejected' as const,
  'deferred' as const,
  'unknown' as const,
);
const steps = fc.commands<Model, Real, false>(
  [
    worker.map((each) => new Claim(each)),
    worker.map((each) => new Claim(each)),
    worker.map((each) => new Commit(each)),
    worker.map((each) => new Commit(each)),
    fc.tuple(worker, outcome).map(([each, how]) => new Settle(each, how)),
    worker.map((each) => new GoOn(each)),
    worker.map((each) => new Kill(each)),
    fc.constant(new Pass(0)),
    fc.constant(new Look(0)),
  ],
  { maxCommands: 40 },
);

describe.each(Object.entries(ROW_STORES))('a delivery, its journal in %s,', (name, make) => {
  test('goes the ways of docs/delivery.md and no others, and is released once at most', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        const store = await make();
        try {
          const clock = { now: 1_795_000_000_000 };
          const now = () => clock.now;
          const journal = createJournal(store.open(now), { now, random: randomBytes, report() {} });
          const real: Real = { journal, workers: [], clock, releases: 0 };
          const model: Model = { state: 'none', owner: undefined, until: 0, time: 0 };
          await fc.asyncModelRun(() => ({ model, real }), commands);
          await new Look(0).run(model, real);
          expect(real.releases).toBeLessThanOrEqual(1);
        } finally {
          await store.dispose();
        }
      }),
      { numRuns: name === 'memory' ? 3000 : 60 },
    );
  });
});

test('a recipient that another holds is never claimed beside him', async () => {
  const store = await ROW_STORES['memory']?.();
  const rows = store?.open(Date.now);
  if (!rows) throw new Error('no rows');
  const journal = createJournal(rows, { random: randomBytes, report() {} });
  const asked = {
    sender: 's',
    key: 'k',
    fingerprint: 'f',
    queueid: 'q',
    receivedAt: 0,
    until: Date.now() - 1,
  };
  const wanted = [{ rcpt: RCPT, from: null, sender: 's', index: 0 }];
  const holds = [await journal.open(asked), await journal.open(asked)].flatMap((each) =>
    'hold' in each ? each.hold : [],
  );
  expect(holds).toHaveLength(2);
  const claims = await Promise.allSettled(holds.map((hold) => hold.claim(wanted)));
  expect(claims.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect((claims[1] as PromiseRejectedResult).reason).toBeInstanceOf(InFlight);
});
