import { type Address, mailboxOf, parseAddress } from '../mail/address.ts';
import type { Milter } from '../milter/milter.ts';
import { runMilters } from '../milter/run.ts';
import { type Checked, isRefused, REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import { miltersOf, milterView, type Session } from './session.ts';

/** What became of each recipient in the order of the request: permitted, or refused with a reply of its own. */
export type CheckedRecipient =
  | { readonly address: Address }
  | { readonly text: string; readonly refused: Refusal };

/**
 * Phase rcpt: each recipient by itself; a refused one is dropped with its own reply. Refuses the session where there is
 * no recipient, or too many. Recipients that a milter adds are checked as the client's own.
 */
export async function rcpt(
  texts: readonly string[] | undefined,
  session: Session,
  milters: ReadonlyMap<string, Milter>,
): Promise<Checked<readonly CheckedRecipient[]>> {
  const most = session.tables.config.max_rcpts_per_message;
  const wanted = withoutRepeats(texts ?? [], most);
  if (wanted.length === 0) return { refused: REFUSALS.recipientRequired() };
  if (most > 0 && wanted.length > most) return { refused: REFUSALS.tooManyRecipients() };

  const parsed = wanted.map((text) => ({ text, address: parseAddress(text) }));
  await session.tables.need({
    recipients: parsed.flatMap(({ address }) => (typeof address === 'string' ? address : [])),
  });
  const asked = miltersOf('rcpt', session, milters);
  const checked: CheckedRecipient[] = [];
  const added: Address[] = [];
  const mailboxes = new Set<string>();
  for (const { text, address } of parsed) {
    const builtIn = checkRecipient(address, session);
    if (isRefused(builtIn)) {
      checked.push({ text, refused: builtIn.refused });
      continue;
    }
    // another spelling of a mailbox that gets the mail already
    if (mailboxes.size === mailboxes.add(mailboxOf(builtIn.value)).size) continue;
    const verdict = await askMilters(builtIn.value, asked, session);
    if (isRefused(verdict)) checked.push({ text, refused: verdict.refused });
    else {
      checked.push({ address: builtIn.value });
      added.push(...verdict.value);
    }
  }
  if (added.length === 0) return { value: checked };
  return { value: [...checked, ...(await addedRecipients(added, checked, session))] };
}

function checkRecipient(address: ReturnType<typeof parseAddress>, session: Session): Checked<Address> {
  if (typeof address !== 'string') {
    return { refused: address.fault === 'none' ? REFUSALS.recipientInvalid() : REFUSALS.recipientNotAscii() };
  }
  if (!session.tables.recipients.permits(address)) return { refused: REFUSALS.recipientNotPermitted() };
  return { value: address };
}

function askMilters(
  to: Address,
  asked: readonly Milter[],
  session: Session,
): Promise<Checked<readonly Address[]>> | Checked<readonly Address[]> {
  if (asked.length === 0) return { value: [] };
  return runMilters<readonly Address[], { readonly add: readonly Address[] }>(
    asked,
    [],
    (milter) => milter.rcpt?.(to, milterView(session)),
    (addresses, { add }) => [...addresses, ...add],
    REFUSALS.milterRcpt,
  );
}

/** A milter's additions go through the recipients table too: a milter cannot open the relay. */
async function addedRecipients(
  added: readonly Address[],
  checked: readonly CheckedRecipient[],
  session: Session,
): Promise<readonly CheckedRecipient[]> {
  const given = new Set(checked.flatMap((each) => ('address' in each ? mailboxOf(each.address) : [])));
  const fresh = added.filter((each) => given.size < given.add(mailboxOf(each)).size);
  await session.tables.need({ recipients: fresh });
  return fresh.map((text) => {
    const result = checkRecipient(parseAddress(text), session);
    return isRefused(result) ? { text, refused: result.refused } : { address: result.value };
  });
}

/** The texts without those that stand there twice; no further than it takes to see that they are more than `most`. */
function withoutRepeats(texts: readonly string[], most: number): string[] {
  const first = new Map<string, string>();
  for (const text of texts) {
    // RFC 5321 2.4: a domain's case does not count, a local part's may
    const at = text.lastIndexOf('@');
    const key = at < 0 ? text : text.slice(0, at) + text.slice(at).toLowerCase();
    if (!first.has(key)) first.set(key, text);
    if (most > 0 && first.size > most) break;
  }
  return [...first.values()];
}
