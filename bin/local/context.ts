import { hostname } from 'node:os';
import type { Context } from '../../functions/app/context.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { randomPool } from '../../functions/app/random-pool.ts';
import { milters as shipped } from '../../functions/milter/index.ts';
import type { Milter } from '../../functions/milter/milter.ts';
import { mailers, relays } from '../../functions/relay/index.ts';
import { authenticator } from '../../functions/session/basic-auth.ts';
import { fileSource } from '../../functions/store/files.ts';
import type { TableSource } from '../../functions/store/source.ts';
import type { Known } from '../../functions/tables/known.ts';
import { localJournal } from './journal.ts';

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

/** The app's world on this machine; `close` ends what its tables and its journal hold open. */
export type LocalContext = Context & { close(): void };

/** Puts it together. */
export function localContext(
  options: LocalOptions,
  { log = () => {}, milters = shipped, source }: LocalWorld = {},
): LocalContext {
  const report = (problem: string) => log({ level: 'error', message: `tables: ${problem}` });
  const random = randomPool();
  const passwordFile = options.passwordFile === undefined ? {} : { passwordFile: options.passwordFile };
  const tables =
    source?.(report) ?? fileSource(options.config, localKnown(milters), { report, ...passwordFile });
  const journal = options.journal === undefined ? undefined : localJournal(options.journal, { log, random });
  return {
    source: tables,
    relays: mailers,
    milters: new Map(milters.map((milter) => [milter.name, milter])),
    authenticator: authenticator(),
    now: Date.now,
    random,
    log,
    measure: () => {},
    outbox: options.outbox,
    print: (text) => process.stdout.write(text),
    ...(journal && { journal }),
    requireAuth: options.requireAuth,
    development: options.development,
    close() {
      tables.close();
      journal?.close();
    },
  };
}

/** The machine's name where it is a host name; else what RFC 6761 6.3 keeps for it. */
function machineName(): string {
  const name = hostname().toLowerCase();
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name) ? name : 'localhost';
}
