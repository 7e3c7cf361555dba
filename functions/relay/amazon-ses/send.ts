import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { Credential } from '../../tables/authinfo.ts';
import { byStatus, failure, isGateways, taken } from '../api/answers.ts';
import { believed } from '../api/call.ts';
import { placeOf } from '../api/endpoint.ts';
import { type ApiFailure, type ApiResponse, exchange } from '../api/exchange.ts';
import { inTime } from '../in-time.ts';
import { held } from '../own-answers.ts';
import type { Answer, Delivery, HandOver, Wire } from '../relay.ts';
import { timeLeft } from '../time-left.ts';
import { noAccessKey } from './access-key.ts';
import { sesRefusal } from './answers.ts';
import { clientFor, forget } from './clients.ts';
import { writeRawMessage } from './raw-form.ts';
import { carryBy } from './transport.ts';

/** Hands one mail to SES: the SDK writes and signs the request and reads the answer, exchange() is what carries it. */
export async function sendBySes(
  delivery: Delivery,
  credential: Credential | undefined,
  wire: Wire,
  handOver: HandOver,
): Promise<Answer> {
  const { route } = delivery;
  const keyless = noAccessKey(credential);
  if (keyless) return keyless;
  const time = timeLeft(route, wire);
  const kept = clientFor(route, credential);
  // keys may come over the network (a role, SSO)
  const unready = await inTime(lacking(kept.client), time.ms(), () =>
    held('AUTH', '4.7.0', 'No AWS credentials in time'),
  );
  if (unready) return unready;

  const command = new SendRawEmailCommand(requestOf(delivery));
  writeRawMessage(command, [delivery.head, delivery.body]);
  let place: ReturnType<typeof placeOf> | undefined;
  let result: ApiResponse | ApiFailure | undefined;
  let handedOver = false;
  carryBy(command, async (request) => {
    place = placeOf(request.url);
    result = await exchange(request, {
      time,
      now: wire.now,
      verify: route.tls_verify === 1,
      commit: handOver,
      handOver() {
        handedOver = true;
      },
    });
    return result;
  });
  const { id, error } = await kept.client.send(command).then(
    ({ MessageId }) => ({ id: MessageId, error: undefined }),
    (thrown: unknown) => ({ id: undefined, error: thrown }),
  );
  // the SDK gave up before it had a request
  if (!result) throw error;
  if ('failed' in result) return { ...place, ...failure(result) };
  const now = wire.now();
  const said = id ? taken('Ok', id) : sesRefusal(error, result, !credential, now);
  // whatever stands in it, a gateway's word is not SES's
  const answer = isGateways(result.status) ? undefined : said;
  if (answer?.credentialRefused && !credential) forget(kept);
  return { ...place, ...believed(answer ?? byStatus(result, now), result, handedOver, credential) };
}

function requestOf({ envelope, route }: Delivery) {
  const { configuration_set: set, tags } = route.options;
  const named = Object.entries(typeof tags === 'object' && tags !== null ? tags : {});
  return {
    // defineRelay has refused the null sender by now
    ...(envelope.mail !== null && { Source: envelope.mail }),
    // the envelope; without it SES would send to whom To, Cc and Bcc name
    Destinations: [...envelope.rcpt],
    // the mail itself: raw-form.ts
    RawMessage: { Data: new Uint8Array() },
    ...(typeof set === 'string' && { ConfigurationSetName: set }),
    ...(named.length > 0 && { Tags: named.map(([Name, Value]) => ({ Name, Value: String(Value) })) }),
  };
}

/** What the client lacks to send anything, as the SDK looks it up: the region, the keys. */
async function lacking({ config }: SESClient): Promise<Answer | undefined> {
  try {
    await config.region();
  } catch (error) {
    const message = 'No AWS region: the route names none in `region`, nor does AWS_REGION';
    return held('CONN', '4.3.5', message, causeOf(error));
  }
  try {
    await config.credentials();
  } catch (error) {
    const message = 'No AWS credentials: neither a role nor an access key is to be had';
    return held('AUTH', '4.7.0', message, causeOf(error));
  }
  return undefined;
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
