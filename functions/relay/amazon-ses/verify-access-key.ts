import { GetSendQuotaCommand } from '@aws-sdk/client-ses';
import type { Credential } from '../../tables/authinfo.ts';
import type { Route } from '../../tables/route-entry.ts';
import { failure, isGateways } from '../api/answers.ts';
import { type ApiFailure, type ApiResponse, exchange } from '../api/exchange.ts';
import { textProperty } from '../api/json.ts';
import type { Circumstances, CredentialVerdict } from '../credential-verdict.ts';
import { timeLeft } from '../time-left.ts';
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
 * Tries an access key by GetSendQuota, which sends nothing. A key that may send need not be allowed it: AccessDenied is no
 * verdict. https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html
 */
export async function verify(
  route: Route,
  credential: Credential,
  { wire }: Circumstances,
): Promise<CredentialVerdict> {
  const told = (verdict: CredentialVerdict['verdict'], ...words: readonly string[]) => ({
    verdict,
    told: [`GetSendQuota: ${words[0]}`, ...words.slice(1)],
  });
  if (!isAccessKeyId(credential.username)) return told('unknown', 'the username is no access key ID');
  const kept = clientFor(route, credential);
  const time = { ...timeLeft(route, wire), enoughForAnswer: () => true };
  const command = new GetSendQuotaCommand({});
  let result: ApiResponse | ApiFailure | undefined;
  carryBy(command, async (request) => {
    const verify = route.tls_verify === 1;
    result = await exchange(request, { time, now: wire.now, verify, handOver: () => undefined });
    return result;
  });
  const { quota, error } = await kept.client.send(command).then(
    ({ Max24HourSend }) => ({ quota: Max24HourSend, error: undefined }),
    (thrown: unknown) => ({ quota: undefined, error: thrown }),
  );
  forget(kept);
  if (!result) return told('unknown', error instanceof Error ? error.message : 'no request was made');
  if ('failed' in result) {
    const { message, cause = '' } = failure({ ...result, handedOver: false });
    return told('unknown', message.join(' '), cause);
  }
  const status = `HTTP ${result.status}`;
  if (quota !== undefined) return told('good', `${status}, ${quota} mails in 24 hours`);
  const code = textProperty(error, 'Code')?.replace(/Exception$/, '');
  // whatever stands in it, a gateway's word is not SES's
  if (code === undefined || isGateways(result.status))
    return told('unknown', `${status}, not an answer of SES`);
  const off = Math.abs(Date.parse(String(result.headers.date)) - wire.now());
  if (off > SKEW)
    return told('unknown', `${code}: this machine's clock is ${Math.round(off / 60_000)} minutes off`);
  // without its text: it repeats what was signed
  if (OF_THE_KEY.has(code)) return told('refused', code);
  const text = error instanceof Error ? error.message : '';
  if (code === 'AccessDenied')
    return told('unknown', `${code}: a key that may send need not be allowed it`, text);
  return told('unknown', code, text);
}
