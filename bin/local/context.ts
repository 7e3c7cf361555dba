import { hostname } from 'node:os';
import type { Context, Keeping } from '../../functions/app/context.ts';
import { once } from '../../functions/app/keeping.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { randomPool } from '../../functions/app/random-pool.ts';
import { createJournal } from '../../functions/journal/journal.ts';
import { milters as shipped } from '../../functions/milter/index.ts';
import type { Milter } from '../../functions/milter/milter.ts';
import { mailers, relays } from '../../functions/relay/index.ts';
import { authenticator } from '../../functions/session/basic-auth.ts';
import { fileRows } from '../../functions/store/file-rows.ts';
import { fileSource } from '../../functions/store/files.ts';
import type { TableSource } from '../../functions/store/source.ts';
import type { Known } from '../../functions/tables/known.ts';

/** What the relay on this machine was asked for. */
export type LocalOptions = {
  /** The folder of the tables, absolute. */
  readonly config: string;
  /** The folder of the File mailer, absolute. */
  readonly outbox: string;
  /** The folder of the journal, absolute; absent: none is kept. */
  readonly journal?: string;
  readonly requireAuth: boolean;
  /** The password file, where HAINEKO_AUTH names another than the folder's. */
  readonly passwordFile: string | undefined;
  readonly development: boolean;
};

/** What the tables must know of this machine: local mailers and loopback hosts are allowed. */
export function localKnown(milters: readonly Milter[] = shipped): Known {
  return knownFrom(relays, milters, { deployed: false, machine: machineName() });
}

/** What a local relay may have of its own. */
type LocalWorld = {
  readonly log?: Context['log'];
  readonly milters?: readonly Milter[];
  /** Tables from elsewhere than the folder; `report` takes what is wrong with them. */
  readonly source?: (report: (problem: string) => void) => TableSource;
};

/** The app's world on this machine. */
export function localContext(
  options: LocalOptions,
  { log = () => {}, milters = shipped, source }: LocalWorld = {},
): Context {
  const report = (problem: string) => log({ level: 'error', message: `tables: ${problem}` });
  const random = randomPool();
  const passwordFile = options.passwordFile === undefined ? {} : { passwordFile: options.passwordFile };
  return {
    source: source?.(report) ?? fileSource(options.config, localKnown(milters), { report, ...passwordFile }),
    relays: mailers,
    milters: new Map(milters.map((milter) => [milter.name, milter])),
    authenticator: authenticator(),
    now: Date.now,
    random,
    log,
    measure: () => {},
    outbox: options.outbox,
    print: (text) => process.stdout.write(text),
    ...(options.journal !== undefined && { journal: localKeeping(options.journal, { log, random }) }),
    requireAuth: options.requireAuth,
    development: options.development,
  };
}

/** The journal in a folder. */
function localKeeping(folder: string, { log, random }: Pick<Context, 'log' | 'random'>): Keeping {
  const report = (problem: string) => log({ level: 'error', message: `journal: ${problem}` });
  return {
    everyMail: true,
    load: once(async () => createJournal(fileRows(folder), { random, report })),
  };
}

/** The machine's name where it is a host name; else what RFC 6761 6.3 keeps for it. */
function machineName(): string {
  const name = hostname().toLowerCase();
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name) ? name : 'localhost';
}
