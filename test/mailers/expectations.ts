import type { Relayed } from '../../functions/relay/relay.ts';
import type { Fault } from './peer.ts';

type Expected = Partial<Relayed>;

/** Not sent, by nobody's verdict on the mail. */
export const deferred = (dsn: string): Expected => ({ outcome: 'deferred', error: 1, dsn });

/** It may have been sent. */
export const UNKNOWN: Expected = { outcome: 'unknown', error: 1 };

const EXPECTED: Readonly<Record<Fault, Expected>> = {
  none: { outcome: 'accepted', error: 0 },
  'nobody listens': { outcome: 'deferred', error: 1, command: 'CONN' },
  'reset before the request': { outcome: 'deferred', error: 1 },
  'reset during the request': { outcome: 'deferred', error: 1 },
  'reset after the request': UNKNOWN,
  hang: UNKNOWN,
  'truncated answer': UNKNOWN,
  'not an answer': UNKNOWN,
  redirect: { outcome: 'deferred', error: 1 },
  'server error': { outcome: 'deferred', error: 1 },
  throttled: { outcome: 'deferred', error: 1 },
  'credential refused': { outcome: 'deferred', error: 1, code: '535', credentialRefused: true },
  'mail refused': { outcome: 'rejected', error: 1 },
};

/** The one honest outcome under a fault, the same for every mailer. */
export function outcomeUnder(fault: Fault): Expected {
  return EXPECTED[fault];
}
