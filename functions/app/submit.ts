import type { Claimed } from '../journal/hold.ts';
import { encodeContent, once, writeHead } from '../mail/compose.ts';
import type { Charset } from '../mail/message.ts';
import { type Data, data } from '../session/data.ts';
import { ehlo } from '../session/ehlo.ts';
import { checkLoop } from '../session/loop.ts';
import { mail } from '../session/mail.ts';
import { type CheckedRecipient, rcpt } from '../session/rcpt.ts';
import { readRequestBody } from '../session/request-body.ts';
import type { Session } from '../session/session.ts';
import { readSubmission } from '../session/submission.ts';
import { isRefused, type Refusal } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Mail } from './attempt.ts';
import type { Context, HttpRequest } from './context.ts';
import { type Delivered, deliver, type Sending } from './deliver.ts';
import { headerFields, headerTexts } from './header-fields.ts';
import type { SessionLog } from './session-log.ts';
import { waysOf } from './ways.ts';

/** Most recipients that an answer tells before they were counted. */
const MOST_TOLD = 1000;

/** What became of a submission: the refusal that ended its session, or a reply for each recipient. */
export type Submitted = {
  readonly session: Session;
  readonly recipients: readonly string[];
  readonly notes: readonly string[];
  readonly replies: readonly Reply[];
  /** How the replies came about of those whose mail was tried now. */
  readonly delivered: readonly Delivered[];
  /** What ended the session before any relaying. */
  readonly refused?: Refusal;
};

/** What the journal does for a mail's recipients. */
export type Claim = {
  /** A recipient's place, for its Message-Id: its own from the first request on, and nobody else's. `at`: where it stands now. */
  place(rcpt: string, at: number): number;
  /** Claims them, in their order, before any of them is tried. */
  claim(checked: readonly CheckedRecipient[], session: Session): Promise<readonly Claimed[]>;
};

/**
 * POST /submit once the client is let in: the body, then the phases ehlo, mail, rcpt, data in the order of an SMTP
 * dialogue, then the relaying, until `deadline`. `log` is told when a stage is over. With `claim` only those recipients
 * are tried that it leaves to be.
 */
export async function submit(
  request: HttpRequest,
  opened: Session,
  context: Context,
  log: Pick<SessionLog, 'mark' | 'begin'>,
  claim?: Claim,
): Promise<Submitted> {
  const { milters } = context;
  const { config } = opened.tables;
  let session = opened;
  let recipients: readonly string[] = [];
  const end = (refused: Refusal, replies: readonly Reply[] = [refused.reply]): Submitted => {
    log.mark('checks');
    return { session, recipients, notes: [], refused, replies, delivered: [] };
  };

  const document = await readRequestBody(request.body);
  if (isRefused(document)) return end(document.refused);
  const read = readSubmission(document.value, config.reply_format === '0.2.17');
  if (isRefused(read)) return end(read.refused);
  const submission = read.value;
  recipients = (submission.rcpt ?? []).slice(0, MOST_TOLD).map(shown);
  const loop = checkLoop(submission.loop, config.hostname);
  if (isRefused(loop)) return end(loop.refused);
  const greeted = await ehlo(submission.ehlo, session, milters);
  if (isRefused(greeted)) return end(greeted.refused);
  session = { ...session, ehlo: greeted.value };
  const sender = await mail(submission.mail, session, milters);
  if (isRefused(sender)) return end(sender.refused);
  session = { ...session, mail: sender.value };

  const checked = await rcpt(submission.rcpt, session, milters);
  if (isRefused(checked)) return end(checked.refused);
  recipients = checked.value.map((each) => ('address' in each ? each.address : shown(each.text)));
  const permitted = checked.value.flatMap((each) => ('address' in each ? each.address : []));
  const first = checked.value.find((each) => 'refused' in each);
  if (permitted.length === 0 && first) return end(first.refused, checked.value.flatMap(refusedReply));
  session = { ...session, rcpt: permitted };

  const passed = await data({ header: submission.header, content: submission.content }, session, milters);
  if (isRefused(passed)) return end(passed.refused);
  log.mark('checks');

  const composed = { ...session, ehlo: greeted.value, mail: sender.value, rcpt: permitted };
  // where a later request may go on, a Message-Id must not depend on who else is permitted then
  const places =
    claim && checked.value.flatMap((each, at) => ('address' in each ? claim.place(each.address, at) : []));
  const { sendings, notes } = await compose(passed.value, submission.charset, loop.value, composed, places);
  log.mark('compose');
  const claimed = await claim?.claim(checked.value, session);
  if (claim) log.mark('claim');
  log.begin();
  const { left, replied } = claimed
    ? leftOf(checked.value, claimed, sendings)
    : { left: sendings, replied: [] };
  const delivered = await deliver(left, config.max_workers, request.deadline, context);
  log.mark('relay', delivered);
  const told = new Set([...notes, ...delivered.flatMap(({ reply }) => reply.notes ?? [])]);
  const replies = inRequestOrder(checked.value, delivered, replied);
  return { session, recipients, notes: [...told], replies, delivered };
}

/**
 * Finds the ways and the mail of each recipient: its octets are written for the first try, and every try sends them.
 * `places` are the recipients' own, for their Message-Ids; absent: as they stand.
 */
export async function compose(
  { header, content }: Data,
  charset: Charset,
  loop: readonly string[],
  session: Parameters<typeof headerFields>[2] & Required<Pick<Session, 'rcpt'>>,
  places?: readonly number[],
): Promise<{ sendings: Sending[]; notes: readonly string[] }> {
  const { tables, queueid } = session;
  const ways = await waysOf(session.rcpt, session.mail, tables);
  const encoded = await encodeContent(content, charset, () => headerTexts(header, session));
  const sendings = ways.map((each, index): Sending => {
    const { to } = each;
    const mail: Mail = {
      queueid,
      envelope: { mail: session.mail, rcpt: [to] },
      hostname: tables.config.hostname,
      content: encoded.content,
      charset: encoded.charset,
      written: once(() => {
        const fields = headerFields(header, loop, session, to, places?.[index] ?? index);
        return { fields, head: writeHead(fields, encoded), body: encoded.body().octets };
      }),
    };
    return { mail, ways: each };
  });
  return { sendings, notes: encoded.notes };
}

/** The mails that are still to be sent, with their entries, and by recipient the replies that stand already. */
function leftOf(
  checked: readonly CheckedRecipient[],
  claimed: readonly Claimed[],
  sendings: readonly Sending[],
): { left: Sending[]; replied: (Reply | undefined)[] } {
  const mails = sendings.values();
  const left: Sending[] = [];
  const replied = claimed.map((each, at) => {
    const mail = 'address' in (checked[at] ?? {}) ? mails.next().value : undefined;
    if (!('entry' in each)) return each.stands;
    if (mail) left.push({ ...mail, journaled: each.entry });
    return undefined;
  });
  return { left, replied };
}

function inRequestOrder(
  checked: readonly CheckedRecipient[],
  delivered: readonly Delivered[],
  replied: readonly (Reply | undefined)[],
): Reply[] {
  const replies = delivered.values();
  return checked.flatMap((each, at) => {
    const standing = replied[at];
    if (standing) return standing;
    return 'refused' in each ? refusedReply(each) : (replies.next().value?.reply ?? []);
  });
}

/** What a recipient that is refused is told; nothing for another. */
export function refusedReply(each: CheckedRecipient): Reply[] {
  return 'refused' in each ? [{ ...each.refused.reply, rcpt: shown(each.text) }] : [];
}

/** A recipient that is no address as it is told: an answer must stay within what Lambda can return (6 MB). */
function shown(text: string): string {
  return text.length > 320 ? `${text.slice(0, 317)}...` : text;
}
