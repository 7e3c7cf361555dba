import type { Credential } from '../../tables/authinfo.ts';
import { isLoopback } from '../../tables/loopback.ts';
import type { Route } from '../../tables/route-entry.ts';
import type { ApiCheck } from '../api/api-check.ts';
import type { ApiCall } from '../api/api-words.ts';
import { endpointOf } from '../api/endpoint.ts';
import type { ApiResponse } from '../api/exchange.ts';
import { jsonOf, textProperty } from '../api/json.ts';
import { held } from '../own-answers.ts';
import type { Answer, Delivery } from '../relay.ts';
import { answerOf } from './answer.ts';
import { isOriginal, unheardBy0217 } from './original.ts';
import { saidIn } from './said.ts';
import { submissionOf } from './submission.ts';

/** The request of one mail. */
export function request(delivery: Delivery, credential: Credential | undefined): ApiCall | Answer {
  return callTo(delivery.route, credential, '/submit', JSON.stringify(submissionOf(delivery)));
}

function callTo(
  route: Route,
  credential: Credential | undefined,
  path: string,
  body?: string,
): ApiCall | Answer {
  const base = baseOf(route);
  return (
    inTheClear(route, endpointOf(route, base)) ?? {
      base,
      path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        // it becomes X-Mailer
        'user-agent': 'Haineko',
        ...(credential && { authorization: basic(credential.username, credential.password) }),
      },
      body,
    }
  );
}

function baseOf({ host, port, options }: Route): NonNullable<ApiCall['base']> {
  return `${options['tls'] === 1 ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** RFC 7617 4: Basic authentication tells the password to whoever listens. As ESMTP does with PLAIN and LOGIN. */
function inTheClear({ auth, auth_plaintext }: Route, address: string): Answer | undefined {
  const { protocol, hostname } = new URL(address);
  const kept = protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
  if (auth === undefined || kept || auth_plaintext === 1) return undefined;
  return held('AUTH', '4.7.0', `Cannot use credential '${auth}': no TLS, and auth_plaintext is 0`);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** What a response means. */
export function read(response: ApiResponse, delivery: Delivery, now: number): Answer {
  const said = saidIn(jsonOf(response), delivery.envelope.rcpt[0]);
  const answer = answerOf(response, said, now);
  if (answer.outcome !== 'accepted') return answer;
  const { charset } = delivery.message;
  const notes: string[] = [...(answer.notes ?? [])];
  if (isOriginal(delivery)) {
    if (charset !== 'UTF-8') notes.push(`Haineko 0.2.17 writes UTF-8, not ${charset}`);
  } else if (said?.outcome === undefined) {
    const unheard = unheardBy0217(delivery);
    // a server of ours may answer so too, and leaves out nothing: it is no refusal
    if (unheard.length > 0)
      notes.push(`The answer is in the format of Haineko 0.2.17, which leaves out: ${unheard.join('; ')}`);
  }
  return notes.length > 0 ? { ...answer, notes } : answer;
}

/** How a user's password is tried: every path asks who is calling (functions/app/other-paths.ts). */
export const check: ApiCheck = {
  request: (credential, route) => callTo(route, credential, '/'),
  read: (answer) =>
    textProperty(answer, 'name') === 'Haineko' &&
    // it says so to everybody where its Basic authentication is off
    (!textProperty(answer, 'version')?.startsWith('0.') || [
      'unknown',
      'Haineko 0.2.17 may take any password',
    ]),
};
