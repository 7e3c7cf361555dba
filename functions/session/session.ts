import type { Address } from '../mail/address.ts';
import type { Milter, MilterSession } from '../milter/milter.ts';
import type { MilterPhase } from '../tables/haineko-cf.ts';
import type { User } from '../tables/password.ts';
import type { Tables } from '../tables/tables.ts';

/** Who is calling, as the platform (never a header of the caller's) tells it. */
export type Client = {
  readonly address: string;
  /** Null where the platform does not tell it. */
  readonly port: number | null;
  readonly userAgent: string | null;
  readonly referer: string | null;
  /** What its address permits counts: no web page of another site speaks through it. */
  readonly trusted: boolean;
};

/** What a request has become so far; each phase adds what it checked. */
export type Session = {
  readonly queueid: string;
  /** Milliseconds since the epoch: Date, timestamp and Message-Id of every attempt. */
  readonly receivedAt: number;
  readonly client: Client;
  readonly tables: Tables;
  readonly user?: User;
  readonly ehlo?: string;
  readonly mail?: Address;
  readonly rcpt?: readonly Address[];
};

/** The milters that haineko.cf names for a phase, in its order. */
export function miltersOf(
  phase: MilterPhase,
  session: Session,
  milters: ReadonlyMap<string, Milter>,
): readonly Milter[] {
  return session.tables.config.milter[phase].flatMap((name) => milters.get(name) ?? []);
}

/** What milters see of a session. */
export function milterView(session: Session): MilterSession {
  return {
    queueid: session.queueid,
    client: { address: session.client.address, userAgent: session.client.userAgent },
    user: session.user?.name,
    ehlo: session.ehlo,
    mail: session.mail,
    rcpt: session.rcpt ?? [],
  };
}
