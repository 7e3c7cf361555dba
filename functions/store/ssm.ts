import type { Known } from '../tables/known.ts';
import type { Tables } from '../tables/tables.ts';
import { settles } from './aging.ts';
import { describeKept } from './last-good.ts';
import { gathered } from './parameters.ts';
import { ageOf, type Report, type TableSource } from './source.ts';
import { lambdaClient, type SsmClient, type SsmPatience, ssmReader } from './ssm-client.ts';
import { credentialNames, ssmCredentials } from './ssm-credentials.ts';
import { ssmDocuments } from './ssm-documents.ts';
import { type Clock, TIMES, type Times } from './times.ts';

export type SsmSourceOptions = {
  /** `/haineko/<stage>/`: what stands before each name. */
  readonly prefix: string;
  readonly known: Known;
  readonly report?: Report;
  /** Is told each call of SSM that failed, after all of its attempts. */
  readonly failed?: () => void;
  readonly clock?: Clock;
  readonly times?: Partial<Times>;
  /** Makes what asks SSM; where absent, Lambda's. */
  readonly client?: (patience: SsmPatience) => SsmClient;
};

export type SsmSource = TableSource & {
  /** For INIT: reads tables and credentials ahead. Gives up after three seconds; never throws. */
  prefetch(): Promise<void>;
};

/** Tables and credentials from SSM Parameter Store: two calls when cold, none in a warm request's path. */
export function ssmSource({ prefix, known, ...options }: SsmSourceOptions): SsmSource {
  let closed = false;
  const report: Report = (problem) => closed || options.report?.(problem);
  const clock = options.clock ?? { now: Date.now, random: Math.random };
  const times = { ...TIMES, ...options.times };
  const { client = lambdaClient } = options;
  const failed = () => closed || options.failed?.();
  const reader = ssmReader(prefix, client({ times, clock }), { clock, times, failed });
  const one = gathered(reader.read);
  const told = new WeakSet<Error>();
  const stale = (what: string) => (why: unknown, age: number) => {
    // one failed call may concern ten credentials
    if (why instanceof Error) {
      if (told.has(why)) return;
      told.add(why);
    }
    const reason = why instanceof Error ? why.message : `SSM: ${String(why)}`;
    report(`${reason}; ${what} of ${Math.round(age / 1000)} s ago serve`);
  };
  const shared = { one, known, clock, times, report };
  const credentials = ssmCredentials({ ...shared, stale: stale('credentials') });
  let newest: Promise<TableSource['newest']> | undefined;
  let inForce: Tables | undefined;
  const documents = ssmDocuments(reader.read, {
    ...shared,
    stale: stale('tables'),
    seen: (table, document) => {
      if (table === 'mailertable' || table === 'sendermt') credentials.addNames(credentialNames(document));
    },
    confirmed(tables) {
      if (tables && tables !== inForce) {
        inForce = tables;
        const { mailertable, sendermt } = tables.documents;
        credentials.replaceNames([mailertable, sendermt].flatMap(credentialNames));
      }
      void credentials.prefetch();
    },
  });

  const age = () => ageOf(documents.newestAt(), clock.now());

  return {
    async tables() {
      const wait = documents.ensure();
      if (wait) {
        // a thawed instance has old credentials too: both are read at once
        void credentials.prefetch();
        await wait;
      }
      return documents.tables();
    },
    async credential(name) {
      if (!documents.peek()) await documents.ensure();
      // without tables no route names a credential
      documents.tables();
      return credentials.get(name);
    },
    refresh: (name, refused) => credentials.refresh(name, refused),
    async newest(held, names) {
      // for those alone who do not get in
      newest ??= import('./newest-tables.ts').then((each) => each.newestTables(documents, { clock, times }));
      return (await newest)(held, names);
    },
    async prefetch() {
      const all = documents.refresh().then(() => credentials.prefetch());
      await settles(all, times.prefetch);
    },
    age,
    status() {
      const state = documents.peek();
      const others = [...documents.shardStatus(), ...credentials.status()];
      const failure = documents.failure();
      const problems = [
        state ? describeKept(state.kept) : null,
        ...others.map(({ problem }) => problem),
        failure instanceof Error ? failure.message : null,
      ].filter((problem) => problem !== null);
      return {
        kind: 'ssm',
        age: age(),
        versions: Object.fromEntries([
          ...[...(state?.parameters ?? [])].map(([name, { version }]) => [name, version]),
          ...others.filter(({ version }) => version !== 'absent').map(({ name, version }) => [name, version]),
        ]),
        problem: problems.length > 0 ? problems.join('\n') : null,
      };
    },
    close() {
      closed = true;
      reader.close();
    },
  };
}
