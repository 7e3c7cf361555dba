import { throttled } from '../../functions/relay/api/answers.ts';
import { jsonOf, textProperty } from '../../functions/relay/api/json.ts';
import { outcomeBy0217 } from '../../functions/relay/haineko/outcome-0217.ts';
import type { Said } from '../../functions/relay/haineko/said.ts';
import type { Outcome } from '../../functions/smtp/reply.ts';
import type { Answered } from './exchange.ts';
import { alike, type Judgement, queueidOf, type Result } from './judgement.ts';
import { againWithKey, isToldByKey, mayAskAgain } from './keyed-answer.ts';
import { repliesIn } from './replies.ts';

/** HTTP statuses with which a relay may say that it has taken a mail (wire.md, "HTTP statuses"). */
const TAKING: ReadonlySet<number> = new Set([200, 202, 207]);
/** Those with which nothing was sent to a recipient that is called deferred. */
const RETRYING: ReadonlySet<number> = new Set([207, 503]);

/** What a response means: by its status, its id and its outcomes, never by a text. */
export function judgeAnswer(
  response: Answered,
  recipients: readonly string[],
  now: number,
  keyed: boolean,
): Judgement {
  const answer = jsonOf(response);
  const queueid = queueidOf(answer);
  const retryAfter = throttled(response, now).retryAfter;
  if (queueid === undefined) {
    const judged = platform(response, answer, recipients);
    return { ...judged, ...(keyed && mayAskAgain(response) && { again: recipients }), retryAfter };
  }
  const { status } = response;
  const replies = repliesIn(answer, recipients);
  const results = recipients.map((rcpt) => resultOf(rcpt, replies.to(rcpt), status));
  const added = replies.added.map((rcpt) => resultOf(rcpt, replies.to(rcpt), status));
  const ours = textProperty(answer, 'smtp.queueid') !== undefined;
  // whom the relay added itself, it would add once more
  const alone = added.every(({ outcome }) => outcome === 'deferred' || outcome === 'rejected');
  const deferred = results.filter(({ outcome }) => outcome === 'deferred').map(({ rcpt }) => rcpt);
  return {
    results: [...results, ...added],
    again: keyed
      ? againWithKey(response, recipients, results)
      : ours && alone && RETRYING.has(status)
        ? deferred
        : [],
    told: [...recipients, ...replies.added].filter((rcpt) => isToldByKey(replies.to(rcpt))),
    retryAfter,
    queueid,
    notes: replies.to(recipients[0] ?? '')?.notes ?? [],
  };
}

function resultOf(rcpt: string, said: Said | undefined, status: number): Result {
  if (said === undefined) {
    const outcome = status === 400 || status === 403 ? 'rejected' : 'unknown';
    return { rcpt, outcome, mailer: null, code: null, dsn: null, message: [NOT_NAMED] };
  }
  const { mailer, code, dsn, message } = said;
  return { rcpt, outcome: outcomeOf(said, status), mailer, code, dsn, message };
}

const NOT_NAMED = 'the answer does not name this recipient';

function outcomeOf(said: Said, status: number): Outcome {
  const outcome = said.outcome ?? by0217(said, status);
  // a success that its own status denies is none
  return (outcome === 'accepted' || outcome === 'queued') && !TAKING.has(status) ? 'unknown' : outcome;
}

/** In the format of 0.2.17, which tells no outcome: 200 whenever relaying was tried, 4yz for a refusal, 409 for a defect. */
function by0217(said: Said, status: number): Outcome {
  if (status === 200) return outcomeBy0217(said);
  return status >= 400 && status < 500 && status !== 409 ? 'rejected' : 'unknown';
}

/** An answer without an id is not the relay's own, but that of what stands before it. */
function platform(
  { status, headers }: Answered,
  answer: unknown,
  recipients: readonly string[],
): Omit<Judgement, 'retryAfter'> {
  const said = textProperty(answer, 'message') ?? textProperty(answer, 'Message');
  const words = (outcome: Outcome, ...more: string[]): Omit<Judgement, 'retryAfter'> => ({
    results: alike(recipients, outcome, [`HTTP ${status}`, ...(said === undefined ? [] : [said]), ...more]),
    again: status === 429 ? recipients : [],
    told: [],
    queueid: undefined,
    notes: [],
  });
  if (status === 429) return words('deferred', 'too many requests: nothing ran');
  if (status === 408) return words('deferred', 'the request never came whole');
  if (status >= 300 && status < 400)
    return words('rejected', `a redirect is not followed; it leads to ${headers.location ?? 'nowhere'}`);
  if (status === 401) return words('rejected', 'say --user, with the right password');
  if (status === 403)
    return words('rejected', 'not permitted: --iam signs a request; the signer needs execute-api:Invoke');
  if (status === 404 || status === 405) return words('rejected', 'is the URL right?');
  if (status === 413) return words('rejected', 'the request is too large');
  if (status >= 400 && status < 500 && status !== 409) return words('rejected', NOT_OURS);
  // an HTTP API gives up after 30 seconds, and the relay may go on
  return words('unknown', NOT_OURS);
}

const NOT_OURS = 'not an answer of Haineko (it has no smtp.queueid)';
