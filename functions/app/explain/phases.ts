import { makeQueueid } from '../../mail/queueid.ts';
import type { Milter } from '../../milter/milter.ts';
import { conn } from '../../session/conn.ts';
import { ehlo } from '../../session/ehlo.ts';
import { mail } from '../../session/mail.ts';
import { type CheckedRecipient, rcpt } from '../../session/rcpt.ts';
import type { Session } from '../../session/session.ts';
import { type Checked, isRefused } from '../../smtp/catalogue.ts';
import type { HainekoCf } from '../../tables/haineko-cf.ts';
import type { Tables } from '../../tables/tables.ts';
import { clientOf } from '../client.ts';
import type { Context } from '../context.ts';
import type { Asked } from './asked.ts';
import { askedUser } from './asked-user.ts';
import { everyRefusal, type PhaseName, type RefusalTold } from './every-refusal.ts';

/** What the phases say to a mail: each refusal in the order of the dialogue, and what could not be asked. */
export type Heard = { readonly refusals: readonly RefusalTold[]; readonly notes: readonly string[] };

type Milters = ReadonlyMap<string, Milter>;

/**
 * Runs the phases of a submission, milters included, on a session made of what is asked. After a refusal the dialogue goes
 * on as if it had not been given. What is not given (client, ehlo, the mail itself) is not checked, and a note says so.
 */
export async function runPhases(asked: Asked, tables: Tables, context: Context): Promise<Heard> {
  const { user, ...caller } = await askedUser(asked, tables, context);
  const refusals = [...caller.refusals];
  const receivedAt = context.now();
  let session: Session = {
    queueid: makeQueueid(receivedAt, context.random),
    receivedAt,
    client: clientOf({ remote: { address: asked.client ?? '', port: null }, headers: {} }),
    tables,
    ...(user && { user }),
  };
  const hear = async <T>(
    name: PhaseName,
    run: (session: Session, milters: Milters) => Checked<T> | Promise<Checked<T>>,
  ) => {
    const heard = await everyRefusal(name, asked, session, context.milters, run);
    refusals.push(...heard.refusals);
    return heard.value;
  };

  if (asked.client !== undefined) await hear('conn', conn);
  if (asked.ehlo !== undefined) {
    const name = await hear('ehlo', (at, milters) => ehlo(asked.ehlo, at, milters));
    if (name !== undefined) session = { ...session, ehlo: name };
  }
  const from = await hear('mail', (at, milters) => mail(asked.from, at, milters));
  if (from !== undefined) session = { ...session, mail: from };
  const to = await hear('rcpt', (at, milters) => oneRecipient(asked.to, at, milters));
  return { refusals, notes: [...caller.notes, ...unasked(asked, tables.config), ...added(to ?? [])] };
}

/** Phase rcpt of one recipient, whose refusal is the session's. */
async function oneRecipient(
  to: string,
  session: Session,
  milters: Milters,
): Promise<Checked<readonly CheckedRecipient[]>> {
  const checked = await rcpt(to === '' ? undefined : [to], session, milters);
  const [first] = isRefused(checked) ? [] : checked.value;
  return first && 'refused' in first ? { refused: first.refused } : checked;
}

function unasked({ client, ehlo: name }: Asked, { milter }: HainekoCf): string[] {
  const milters = (...names: readonly string[]) =>
    names.length > 0 ? ` (milters: ${[...new Set(names)].join(', ')})` : '';
  return [
    ...(client === undefined
      ? [`client is not given: relayhosts was not asked${milters(...milter.conn)}`]
      : []),
    ...(name === undefined ? [`ehlo is not given: it was not checked${milters(...milter.ehlo)}`] : []),
    `header and body are not known: phase data was not run${milters(...milter.head, ...milter.body)}`,
  ];
}

function added([, ...others]: readonly CheckedRecipient[]): string[] {
  return others.map(
    (each) =>
      `a milter adds ${'address' in each ? each.address : each.text}, which is checked as this recipient is`,
  );
}
