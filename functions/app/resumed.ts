import { type Delivery, isUnsent } from '../journal/delivery.ts';
import type { Entry } from '../journal/entry.ts';
import type { Hold, Wanted } from '../journal/hold.ts';
import { inTime } from '../relay/in-time.ts';
import type { Session } from '../session/session.ts';
import { DEFERRALS, REFUSALS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Context, HttpRequest } from './context.ts';
import { beforeTheEnd, JOURNAL_TIME } from './journal-time.ts';
import { senderOf } from './sender.ts';
import type { SessionLog } from './session-log.ts';
import { type Claim, refusedReply, type Submitted, submit } from './submit.ts';

/**
 * A submission that may have been begun before: what is settled for good stays so, whatever the tables say by now, and the
 * rest is made.
 */
export async function resumed(
  hold: Hold,
  request: HttpRequest,
  session: Session,
  context: Context,
  log: SessionLog,
): Promise<Submitted> {
  const known = hold.deliveries;
  const recipients = known.map(({ rcpt }) => rcpt);
  const [first] = known;
  if (first && known.length >= first.of && known.every(isFinal)) {
    log.mark('checks');
    const replies = known.flatMap(({ reply }) => reply ?? []);
    return { session, recipients, notes: [], replies, delivered: [] };
  }
  const deadline = request.deadline - JOURNAL_TIME;
  const claim = claimOf(hold, request, context);
  const submitted = await submit({ ...request, deadline }, session, context, log, claim);
  const { refused } = submitted;
  // claims are all made before anything is sent: where one is missing nothing was
  if (refused && (!first || known.length < first.of)) return submitted;
  // the mail, or a recipient, is refused now: who has got it has got it, and to the others it will not go
  const others = refused ? known : known.filter(({ rcpt }) => !submitted.recipients.includes(rcpt));
  if (others.length === 0) return submitted;
  const reply = refused?.reply ?? REFUSALS.recipientNotPermitted().reply;
  const wanted = others.map(({ rcpt, from, sender, index }): Wanted => {
    return { rcpt, from, sender, index, refused: { ...reply, rcpt } };
  });
  const asked = standingReplies(hold, wanted, request, context);
  // once mails are on their way, what became of them counts more
  const untold = (each: Delivery): Reply =>
    each.reply ?? { ...DEFERRALS.journalNotWritten(), rcpt: each.rcpt };
  const standing = await (refused ? asked : asked.catch(() => others.map(untold)));
  if (refused) return { session: submitted.session, recipients, notes: [], replies: standing, delivered: [] };
  return {
    ...submitted,
    recipients: [...submitted.recipients, ...others.map(({ rcpt }) => rcpt)],
    replies: [...submitted.replies, ...standing],
  };
}

function isFinal(delivery: Delivery): boolean {
  return delivery.state === 'settled' && !isUnsent(delivery);
}

/** What these recipients are told: what stands, or their refusal, by which they are settled. */
async function standingReplies(
  hold: Hold,
  wanted: readonly Wanted[],
  request: HttpRequest,
  context: Context,
): Promise<Reply[]> {
  const claimed = await beforeTheEnd(hold.claim(wanted), request, context);
  return claimed.flatMap((each) => ('stands' in each ? each.stands : []));
}

/** Claims each recipient; those who are refused are settled by that. */
function claimOf(hold: Hold, request: HttpRequest, context: Context): Claim {
  const { deadline } = request;
  const rest = (work: Promise<void>) => inTime(work, deadline - context.now(), () => undefined);
  // a reply in time counts more than its row: the row then says less, and never more, than is true
  const bounded = (entry: Entry): Entry => ({
    ...entry,
    goOn: (attempts) => rest(entry.goOn(attempts)),
    settle: (reply, attempts) => rest(entry.settle(reply, attempts)),
  });
  const indexes = new Map(hold.deliveries.map(({ rcpt, index }) => [rcpt, index]));
  const free = Math.max(-1, ...indexes.values()) + 1;
  const place: Claim['place'] = (rcpt, at) => indexes.get(rcpt) ?? free + at;
  return {
    place,
    async claim(checked, session) {
      const sender = senderOf(session);
      const from = session.mail ?? null;
      const wanted = checked.map((each, at): Wanted => {
        const [refused] = refusedReply(each);
        const rcpt = 'address' in each ? each.address : (refused?.rcpt ?? each.text);
        return { rcpt, from, sender, index: place(rcpt, at), ...(refused && { refused }) };
      });
      const claimed = await beforeTheEnd(hold.claim(wanted), request, context);
      return claimed.map((each) => ('entry' in each ? { entry: bounded(each.entry) } : each));
    },
  };
}
