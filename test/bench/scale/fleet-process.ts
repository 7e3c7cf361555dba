import { setTimeout as sleep } from 'node:timers/promises';
import { esmtp } from '../../../functions/relay/esmtp.ts';
import { mailers } from '../../../functions/relay/index.ts';
import type { Relay } from '../../../functions/relay/relay.ts';
import { TIMES } from '../../../functions/store/times.ts';
import { eventTo, instance, sourceInSsm } from '../instance.ts';
import { answerEach } from './answered.ts';

/** How many instances start at once. */
export type Start = { readonly instances: number };

/** What became of an instance; milliseconds since it was asked for. */
export type Life = {
  /** Its INIT was over. */
  readonly ready: number;
  /** ... so long after a bare timer of INIT's patience that began with it: how late all timers were does not count. */
  readonly overdue: number;
  /** Its request was answered. */
  readonly answered: number;
  readonly status: number;
  readonly retryAfter: string | undefined;
};

/** Lambda's own timeout (infra/submit-function.ts). */
const TIMEOUT = 29_000;

/** Needs a credential and takes every mail at once: what is measured is how tables and credentials come. */
const smarthost: Relay = {
  ...esmtp,
  async send({ envelope: { rcpt } }, credential) {
    if (!credential) throw new Error('a mail without its credential');
    const taken = { code: '250', dsn: null, error: 0, command: 'QUIT', outcome: 'accepted' } as const;
    return { ...taken, message: ['Ok'], rcpt: rcpt[0], mailer: esmtp.name };
  },
};
const relays = new Map([...mailers, [smarthost.name, smarthost]]);

async function live(): Promise<Life> {
  const askedFor = Date.now();
  const since = () => Date.now() - askedFor;
  const patience = sleep(TIMES.prefetch).then(since);
  const source = sourceInSsm();
  try {
    await source.prefetch();
    const ready = since();
    const overdue = ready < TIMES.prefetch ? 0 : ready - (await patience);
    const handle = instance(source, relays);
    const { statusCode: status, headers } = await handle(eventTo('neko@example.net', askedFor), TIMEOUT);
    return { ready, overdue, answered: since(), status, retryAfter: headers['retry-after'] };
  } finally {
    source.close();
  }
}

answerEach(({ instances }: Start) => Promise.all(Array.from({ length: instances }, live)));
