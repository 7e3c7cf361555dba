import type { Milter } from '../../milter/milter.ts';
import type { Session } from '../../session/session.ts';
import { type Checked, isRefused, type Refusal } from '../../smtp/catalogue.ts';
import { SourceUnavailable } from '../../store/source.ts';
import { ConfigError } from '../../tables/config-error.ts';
import { refusalOf } from '../failure.ts';
import type { Asked } from './asked.ts';
import { askedOnce } from './asked-milters.ts';
import { whyRefused } from './why-refused.ts';

/** The checks that are made of a mail whose header and body nobody knows, in the order of the dialogue. */
export type PhaseName = 'auth' | 'conn' | 'ehlo' | 'mail' | 'rcpt';

/** A refusal as submit() would answer it, and why. */
export type RefusalTold = {
  readonly phase: PhaseName;
  /** HTTP status. */
  readonly status: number;
  readonly code: string;
  readonly dsn: string | null;
  readonly command: string | null;
  readonly message: readonly string[];
  readonly why: string;
};

/** What a refusal tells. */
export function toldRefusal(phase: PhaseName, { status, reply }: Refusal, why: string): RefusalTold {
  const { code, dsn, command, message } = reply;
  return { phase, status, code, dsn, command, message, why };
}

/**
 * Runs a phase until it passes: whoever refuses is remembered and set aside, a milter by leaving it out, our own checks by
 * opening what they ask. So what stands behind a refusal is heard too. Each milter is asked once. No value where
 * what is asked can never pass: an address that is none.
 */
export async function everyRefusal<T>(
  phase: PhaseName,
  asked: Asked,
  session: Session,
  milters: ReadonlyMap<string, Milter>,
  run: (session: Session, milters: ReadonlyMap<string, Milter>) => Checked<T> | Promise<Checked<T>>,
): Promise<{ readonly value?: T; readonly refusals: readonly RefusalTold[] }> {
  const once = askedOnce(milters);
  const refusals: RefusalTold[] = [];
  let at = session;
  for (;;) {
    const checked = await (async () => run(at, once.milters))().catch(failed);
    if (!isRefused(checked)) return { value: checked.value, refusals };
    const milter = once.setAside();
    if (milter === undefined && at !== session) return { refusals };
    const why = 'failure' in checked ? checked.failure(milter) : whyRefused(checked.refused, asked, milter);
    refusals.push(toldRefusal(phase, checked.refused, why));
    if (milter === undefined) at = opened(session);
  }
}

/** A milter that throws, or a shard that cannot be read: submit() answers with 5yz then. */
function failed(error: unknown) {
  const told = error instanceof ConfigError || error instanceof SourceUnavailable ? error.message : undefined;
  const failure = (milter: string | undefined) =>
    told ?? (milter === undefined ? 'a defect of the server' : `milter '${milter}' fails`);
  return { refused: refusalOf(error), failure };
}

/** A session that all tables let pass. */
function opened(session: Session): Session {
  const { client, tables, user } = session;
  const all = { permits: () => true };
  return {
    ...session,
    client: { ...client, trusted: true },
    tables: { ...tables, relayhosts: all, recipients: all, need: () => undefined },
    ...(user && { user: { ...user, senders: undefined } }),
  };
}
