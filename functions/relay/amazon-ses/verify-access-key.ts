import { setTimeout as sleep } from 'node:timers/promises';
import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses';
import type { Credential } from '../../tables/authinfo.ts';
import type { Route } from '../../tables/route-entry.ts';
import { failure, isGateways } from '../api/answers.ts';
import { type ApiFailure, type ApiResponse, exchange } from '../api/exchange.ts';
import { textProperty } from '../api/json.ts';
import type { Circumstances, CredentialVerdict } from '../credential-verdict.ts';
import { type TimeLeft, timeLeft } from '../time-left.ts';
import { isAccessKeyId } from './access-key.ts';
import { clientFor, forget } from './clients.ts';
import { carryBy } from './transport.ts';

/** What SES says of the key itself. https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html */
const OF_THE_KEY: ReadonlySet<string> = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClient',
  'SignatureDoesNotMatch',
  'InvalidSignature',
]);

/** Milliseconds by which a clock may be off before AWS takes no signature of it: 5 minutes in some services, 15 in others. */
const SKEW = 300_000;

/**
 * IAM is eventually consistent: a key made seconds ago may not be known where it is asked.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const NOT_KNOWN: ReadonlySet<string> = new Set(['InvalidClientTokenId', 'UnrecognizedClient']);
/** Milliseconds for which a key that is not known is asked for again, and those between two times. */
const PATIENCE = 15_000;
const PAUSE = 3000;

/** An answer to GetSendQuota. */
type Asked = {
  /** undefined: no request was made. */
  readonly result: ApiResponse | ApiFailure | undefined;
  /** Mails in 24 hours; undefined where it is refused. */
  readonly quota: number | undefined;
  readonly error: unknown;
  /** Of the error, as SES's documentation has it; undefined where it has none. */
  readonly code: string | undefined;
};

/**
 * Tries an access key by GetSendQuota, which sends nothing. A key that may send need not be allowed it, and AccessDenied tells
 * that the key is right: AWS authenticates before it authorises. One that AWS does not know yet is asked for again.
 * https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html
 */
export async function verify(
  route: Route,
  credential: Credential,
  { wire }: Circumstances,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<CredentialVerdict> {
  if (!isAccessKeyId(credential.username)) return said('unknown', 'the username is no access key ID');
  const kept = clientFor(route, credential);
  const time = { ...timeLeft(route, wire), enoughForAnswer: () => true };
  const began = wire.now();
  try {
    for (let times = 1; ; times += 1) {
      const asked = await ask(kept.client, route, time, wire.now);
      const found = judge(asked, wire.now());
      if (found.verdict !== 'refused' || !NOT_KNOWN.has(asked.code ?? '')) return found;
      const waited = wire.now() - began;
      // the last one must have time for its answer
      if (waited + PAUSE > PATIENCE || time.ms() < 2 * PAUSE)
        return { ...found, told: [...found.told, notKnown(times, waited)] };
      await pause(PAUSE);
    }
  } finally {
    forget(kept);
  }
}

async function ask(client: SESClient, route: Route, time: TimeLeft, now: () => number): Promise<Asked> {
  const command = new GetSendQuotaCommand({});
  let result: ApiResponse | ApiFailure | undefined;
  carryBy(command, async (request) => {
    const verify = route.tls_verify === 1;
    result = await exchange(request, { time, now, verify });
    return result;
  });
  const { quota, error } = await client.send(command).then(
    ({ Max24HourSend }) => ({ quota: Max24HourSend, error: undefined }),
    (thrown: unknown) => ({ quota: undefined, error: thrown }),
  );
  return { result, quota, error, code: textProperty(error, 'Code')?.replace(/Exception$/, '') };
}

function judge({ result, quota, error, code }: Asked, now: number): CredentialVerdict {
  const text = error instanceof Error ? error.message : '';
  if (!result) return said('unknown', text || 'no request was made');
  if ('failed' in result) {
    const { message, cause = '' } = failure({ ...result, handedOver: false });
    return said('unknown', message.join(' '), cause);
  }
  const status = `HTTP ${result.status}`;
  if (quota !== undefined) return said('good', `${status}, ${quota} mails in 24 hours`);
  // whatever stands in it, a gateway's word is not SES's
  if (code === undefined || isGateways(result.status))
    return said('unknown', `${status}, not an answer of SES`);
  if (code === 'AccessDenied') return said('good', 'the key is right; it may not ask for the quota', text);
  const off = Math.abs(Date.parse(String(result.headers.date)) - now);
  if (off > SKEW)
    return said('unknown', `${code}: this machine's clock is ${Math.round(off / 60_000)} minutes off`);
  // without its text: it repeats what was signed
  return OF_THE_KEY.has(code) ? said('refused', code) : said('unknown', code, text);
}

function said(verdict: CredentialVerdict['verdict'], ...words: readonly string[]): CredentialVerdict {
  return { verdict, told: [`GetSendQuota: ${words[0]}`, ...words.slice(1)] };
}

function notKnown(times: number, waited: number): string {
  const asked = `asked ${times === 1 ? 'once' : `${times} times within ${Math.round(waited / 1000)} s`}`;
  return `AWS does not know the key, ${asked}; one made just now may take longer: try again in a minute`;
}
