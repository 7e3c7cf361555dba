import { inTime } from '../../functions/relay/in-time.ts';
import type { AwsOptions } from '../command.ts';
import { openStage, type StageParameters } from '../stage/parameters.ts';
import { late } from './could-not.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import { type Dns, openDns } from './dns.ts';
import { type LookedIdentity, readIdentities } from './identities.ts';
import { type Senders, sendersOf } from './senders.ts';
import { type SesAccount, sesAccounts } from './ses-accounts.ts';
import { type Watch, watch } from './watch.ts';

/** What the command was asked to look at. */
export type Asked = AwsOptions & {
  readonly stage: string;
  /** Domains and addresses that may send, beside those that the tables name. */
  readonly from: readonly string[];
  /** Where the API is, in place of what the stack's record says. */
  readonly url: string | undefined;
  /** The name server to ask, as node:dns takes it; undefined: this machine's own. */
  readonly dns: string | undefined;
  readonly connect: boolean;
  /** Milliseconds that a check may take. */
  readonly limit: number;
  now(): number;
};

/** A deployed stage and what is around it, as checks see it. What several need is read once. */
export type DoctorWorld = Omit<Asked, 'dns' | 'region'> & {
  readonly parameters: StageParameters;
  readonly dns: Dns;
  readonly watch: Watch;
  /** The stage's region. */
  region(): Promise<string>;
  /** Its parameters, tables and credentials. */
  deployed(): Promise<Deployed>;
  /** The domains that may send. */
  senders(): Promise<Senders>;
  /** Each SES by which a route in force sends. */
  ses(): Promise<readonly SesAccount[]>;
  /** What each SES says of each domain that may send by it. */
  identities(): Promise<readonly LookedIdentity[]>;
  close(): void;
};

/** What a reading may take of a check's time: those that wait for it need some too. */
const SHARE = { deployed: 0.5, identities: 0.75, dns: 0.2 };

/** Opens the world: nothing is asked yet. */
export async function openWorld(asked: Asked): Promise<DoctorWorld> {
  const { stage, limit, now } = asked;
  const parameters = await openStage(stage, asked);
  const watching = watch(now);
  watching.begin(parameters.client);
  const dns = openDns(asked.dns, Math.floor(limit * SHARE.dns));
  const within = <T>(share: number, reading: Promise<T>) =>
    inTime(reading, limit * share, () => late(limit * share));

  const region = once(() => parameters.client.config.region());
  const deployed = once(() => within(SHARE.deployed, parameters.list().then(readDeployed)));
  const senders = once(async () => {
    // what the command line names can be looked at whatever the stage has
    const none = asked.from.length > 0 ? () => ({ users: [], routes: [] }) : undefined;
    return sendersOf(await deployed().catch(none), asked.from);
  });
  const ses = once(async () => sesAccounts(await deployed(), await region(), asked, watching));
  const identities = once(() =>
    within(
      SHARE.identities,
      Promise.all([deployed(), senders(), ses()]).then((read) => readIdentities(...read)),
    ),
  );
  return {
    ...asked,
    parameters,
    dns,
    watch: watching,
    region,
    deployed,
    senders,
    ses,
    identities,
    close() {
      watching.end();
      dns.close();
    },
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
