import { jsonOf } from '../../functions/relay/api/json.ts';
import type { World } from '../command.ts';
import { printable } from '../terminal/printable.ts';
import type { Authorize } from './authorization.ts';
import { type Answered, exchange } from './exchange.ts';
import { judgeAnswer } from './judge-answer.ts';
import { judgeFailure } from './judge-failure.ts';
import type { Judgement, Result } from './judgement.ts';
import { keepResults } from './keep-results.ts';
import type { SubmitDocument } from './mail.ts';
import type { Patience } from './options.ts';
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
  /** It was posted with a key, so that nobody gets it twice. */
  readonly keyed: boolean;
  /** The last answer is that of an earlier request with the same key. */
  readonly replayed: boolean;
};

/** How a mail is posted. */
export type Posting = Patience & {
  readonly url: URL;
  readonly authorize: Authorize;
  /** What User-Agent says: it becomes X-Mailer. */
  readonly agent: string;
  /** What Idempotency-Key says, where it is sent: then each attempt is the whole mail again. */
  readonly key: string | undefined;
  /** Resolves when somebody wants no further attempt. */
  readonly interrupted: Promise<void>;
};

/** Most characters of an answer that is no JSON: a page of a proxy. */
const MOST_TEXT = 2000;

/** Posts a mail, and again as long as nobody can get it twice, as often and as soon as `posting` says. */
export async function deliver(document: SubmitDocument, posting: Posting, world: World): Promise<Delivery> {
  const results = new Map<string, Result>();
  const attempts: Attempt[] = [];
  const keyed = posting.key !== undefined;
  let request = document;
  for (;;) {
    const { status, answer, replayed, judgement, attempt } = await once(request, posting, world);
    attempts.push(attempt);
    keepResults(results, judgement);
    const { again, retryAfter, notes } = judgement;
    if (!(await mayTryAgain(judgement, attempts.length, posting, world))) {
      const last = { status, answer, notes, retryAfter, replayed };
      return { results: [...results.values()], attempts, keyed, ...last };
    }
    // the request as it is, unless some of its recipients have their mail
    if (again.length < recipientsOf(request).length) request = addressedTo(request, again);
  }
}

async function once(request: SubmitDocument, posting: Posting, world: World) {
  const { url, authorize, agent, timeout, key } = posting;
  const keyed = key !== undefined;
  const rcpt = recipientsOf(request);
  const body = Buffer.from(JSON.stringify(request));
  const now = world.now();
  const headers = {
    ...(await authorize(body, now)),
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': agent,
    ...(keyed && { 'idempotency-key': key }),
  };
  const said = await exchange({ method: 'POST', url, headers, body }, timeout * 1000);
  const judgement: Judgement =
    'failed' in said ? judgeFailure(said, rcpt, url, keyed) : judgeAnswer(said, rcpt, world.now(), keyed);
  const status = 'failed' in said ? null : said.status;
  const replayed = !('failed' in said) && said.headers['idempotency-replayed'] === 'true';
  const attempt: Attempt = {
    at: new Date(now).toISOString(),
    rcpt,
    status,
    queueid: judgement.queueid ?? null,
    outcomes: judgement.results.map(({ rcpt: each, outcome }) => [each, outcome]),
  };
  return { status, answer: 'failed' in said ? null : answerIn(said), replayed, judgement, attempt };
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
  const unknown = results.find(({ outcome }) => outcome === 'unknown');
  const why = (unknown ?? results.find(({ outcome }) => outcome === 'deferred'))?.message.join(' ') ?? '';
  const when = seconds === 0 ? 'at once' : `in ${seconds} s`;
  const what = unknown ? 'it may have been sent, and the key asks' : 'not sent';
  const line = `haineko send: ${what}: ${why.slice(0, 300)}; attempt ${made + 1} of ${retries + 1} ${when}`;
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
