import { jsonOf } from '../../functions/relay/api/json.ts';
import type { World } from '../command.ts';
import { printable } from '../terminal/printable.ts';
import type { Authorize } from './authorization.ts';
import { judgeAnswer } from './judge-answer.ts';
import { judgeFailure } from './judge-failure.ts';
import type { Judgement, Result } from './judgement.ts';
import type { SubmitDocument } from './mail.ts';
import type { Patience } from './options.ts';
import { type Answered, post } from './post.ts';
import { mailboxKey } from './replies.ts';
import { addressedTo, recipientsOf } from './request.ts';

/** One POST, as --json tells it. */
export type Attempt = {
  /** ISO 8601. */
  readonly at: string;
  readonly rcpt: readonly string[];
  /** HTTP status; null where no whole answer came. */
  readonly status: number | null;
  readonly queueid: string | null;
  readonly outcomes: readonly (readonly [rcpt: string, outcome: Result['outcome']])[];
};

/** What became of a mail, after as many attempts as were safe. */
export type Delivery = {
  /** Each recipient's last one. */
  readonly results: readonly Result[];
  readonly attempts: readonly Attempt[];
  /** Of the last attempt: HTTP status and the answer, its JSON or else its text. */
  readonly status: number | null;
  readonly answer: unknown;
  readonly notes: readonly string[];
  /** Seconds after which what was deferred may be sent again, where the server said so. */
  readonly retryAfter: number | undefined;
};

/** How a mail is posted. */
export type Posting = Patience & {
  readonly url: URL;
  readonly authorize: Authorize;
  /** What User-Agent says: it becomes X-Mailer. */
  readonly agent: string;
  /** Resolves when somebody wants no further attempt. */
  readonly interrupted: Promise<void>;
};

/** Most characters of an answer that is no JSON: a page of a proxy. */
const MOST_TEXT = 2000;

/** Posts a mail, and again to whom nothing was sent, as often and as soon as `posting` says. */
export async function deliver(document: SubmitDocument, posting: Posting, world: World): Promise<Delivery> {
  const results = new Map<string, Result>();
  const attempts: Attempt[] = [];
  let request = document;
  for (;;) {
    const { status, answer, judgement, attempt } = await once(request, posting, world);
    attempts.push(attempt);
    for (const result of judgement.results) results.set(mailboxKey(result.rcpt), result);
    const { again, retryAfter, notes } = judgement;
    if (!(await mayTryAgain(judgement, attempts.length, posting, world))) {
      return { results: [...results.values()], attempts, status, answer, notes, retryAfter };
    }
    // the request as it is, unless some of its recipients have their mail
    if (again.length < recipientsOf(request).length) request = addressedTo(request, again);
  }
}

async function once(request: SubmitDocument, { url, authorize, agent, timeout }: Posting, world: World) {
  const rcpt = recipientsOf(request);
  const body = Buffer.from(JSON.stringify(request));
  const now = world.now();
  const headers = {
    ...(await authorize(body, now)),
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': agent,
  };
  const said = await post(url, headers, body, timeout * 1000);
  const judgement: Judgement =
    'failed' in said ? judgeFailure(said, rcpt, url) : judgeAnswer(said, rcpt, world.now());
  const status = 'failed' in said ? null : said.status;
  const attempt: Attempt = {
    at: new Date(now).toISOString(),
    rcpt,
    status,
    queueid: judgement.queueid ?? null,
    outcomes: judgement.results.map(({ rcpt: each, outcome }) => [each, outcome]),
  };
  return { status, answer: 'failed' in said ? null : answerIn(said), judgement, attempt };
}

/** JSON as it came; of anything else the beginning. */
function answerIn(said: Answered): unknown {
  return jsonOf(said) ?? said.body.toString('utf8').slice(0, MOST_TEXT);
}

/** Waits for the next attempt; false where there is none. */
async function mayTryAgain(
  { again, retryAfter, results }: Judgement,
  made: number,
  { retries, maxWait, interrupted }: Posting,
  { stderr }: World,
): Promise<boolean> {
  if (again.length === 0 || made > retries) return false;
  const seconds = retryAfter ?? Math.min(2 ** (made - 1), maxWait);
  if (seconds > maxWait) return false;
  const why = results.find(({ outcome }) => outcome === 'deferred')?.message.join(' ') ?? '';
  const when = seconds === 0 ? 'at once' : `in ${seconds} s`;
  const line = `haineko send: not sent: ${why.slice(0, 300)}; attempt ${made + 1} of ${retries + 1} ${when}`;
  stderr.write(`${printable(line)}\n`);
  return !(await stopped(seconds * 1000, interrupted));
}

function stopped(ms: number, interrupted: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    interrupted.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
