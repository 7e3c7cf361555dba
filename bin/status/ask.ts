import { VERSION } from '../../functions/app/version.ts';
import { jsonOf, property, textProperty } from '../../functions/relay/api/json.ts';
import { CommandFailure, type World } from '../command.ts';
import type { ApiOptions } from '../send/api-options.ts';
import { authorization } from '../send/authorization.ts';
import { type Answered, exchange } from '../send/exchange.ts';
import { whatFailed } from '../send/judge-failure.ts';
import { queueidOf } from '../send/judgement.ts';
import { targetOf } from '../send/target.ts';
import { oneLine } from '../terminal/one-line.ts';
import { type MailRecord, mailRecord } from './mail-record.ts';

/** What a relay says of a mail: the document as it came, and as it was read. */
export type Found = { readonly document: unknown; readonly mail: MailRecord };

/** Asks a relay what became of a mail; `timeout` in seconds. Rejects with a CommandFailure where it tells nothing. */
export async function askStatus(
  queueid: string,
  given: ApiOptions,
  timeout: number,
  world: World,
): Promise<Found> {
  const target = await targetOf(given, { method: 'GET', path: `/status/${queueid}` }, world);
  const { method, url } = target;
  const authorize = await authorization(given, target, world);
  const headers = {
    ...(await authorize(Buffer.alloc(0), world.now())),
    accept: 'application/json',
    'user-agent': `haineko/${VERSION}`,
  };
  const said = await exchange({ method, url, headers }, timeout * 1000);
  if ('failed' in said) throw new CommandFailure(whatFailed(said, url), UNREACHED);
  if (said.status !== 200) throw refusal(said, queueid, url);
  const document = jsonOf(said);
  const mail = mailRecord(document);
  if (mail === undefined) throw new CommandFailure(`${url.href} answers with something else`, NOT_OURS);
  return { document, mail };
}

const UNREACHED = 'Does it run (haineko start)? --url or --stage names another.';
const NOT_OURS = 'Is the URL right, and is it a Haineko of this version or a newer one?';

function refusal(answered: Answered, queueid: string, url: URL): CommandFailure {
  const { status } = answered;
  const answer = jsonOf(answered);
  if (status === 404 && isOurs(answer)) {
    return new CommandFailure(
      `${url.origin} knows no mail ${queueid}, or it is not yours`,
      'Ask as who sent it (--user, --iam, or from the same address), or as a user with admin: 1. Is it the relay that took it? It forgets a mail after 30 days, or as many as journal.days of its stage says.',
    );
  }
  const [first] = messageOf(answer);
  const said = first === undefined ? '' : `: ${oneLine(first, 300)}`;
  return new CommandFailure(`${url.href} answers HTTP ${status}${said}`, hintOf(status));
}

function hintOf(status: number): string {
  if (status === 401) return 'Say --user, with the right password.';
  if (status === 403)
    return 'Say --user, or --iam: the signer needs execute-api:Invoke, and an entry in password.';
  // of GET /status nothing is changed: asking is always safe
  if (status === 429 || status >= 500) return 'Ask again later.';
  return NOT_OURS;
}

/** Whether a refusal is a Haineko's own: in its format, or in that of 0.2.17. */
function isOurs(answer: unknown): boolean {
  return (
    queueidOf(answer) !== undefined || ['smtp.response', 'response'].some((name) => property(answer, name))
  );
}

function messageOf(answer: unknown): readonly string[] {
  const response = property(answer, 'smtp.response') ?? property(answer, 'response');
  const message = property(Array.isArray(response) ? response[0] : response, 'message');
  if (Array.isArray(message)) return message.filter((each) => typeof each === 'string');
  const plain = textProperty(answer, 'message') ?? textProperty(answer, 'Message');
  return plain === undefined ? [] : [plain];
}
