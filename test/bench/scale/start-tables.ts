import { join } from 'node:path';
import { type SsmDouble, startSsmDouble } from '../../doubles/ssm.ts';
import { lambdaVariables, PREFIX } from './lambda-variables.ts';
import { layDocuments, writeDocuments } from './many-routes.ts';
import { startProcess } from './measured-process.ts';
import type { Requests, Tables } from './tables-process.ts';

/** A process with tables of one size from one source. */
export type TablesProcess = {
  /** Microseconds of CPU time that a request takes, of so many. */
  cost(requests: number): Promise<number>;
  /** Calls of GetParameters since it was asked last. */
  calls(): number;
  stop(): Promise<void>;
};

/** Starts one; `program` is tables-process.ts as JavaScript. It has an SSM of its own where it needs one. */
export async function startTables(
  program: string,
  folder: string,
  from: Tables['from'],
  entries: number,
): Promise<TablesProcess> {
  const path = join(folder, `${from} ${entries}`);
  if (from === 'file') writeDocuments(path, entries);
  const ssm: SsmDouble | undefined = from === 'ssm' ? await startSsmDouble() : undefined;
  if (ssm) layDocuments(ssm, PREFIX, entries);
  const variables = {
    TABLES: JSON.stringify({ from, folder: path, entries } satisfies Tables),
    ...lambdaVariables(ssm?.url ?? ''),
  };
  const started = startProcess(program, { variables });
  return {
    cost: (requests) => started.ask<number>({ requests } satisfies Requests),
    calls() {
      const count = ssm?.calls.length ?? 0;
      ssm?.forgetCalls();
      return count;
    },
    async stop() {
      await Promise.all([started.stop(), ssm?.stop()]);
    },
  };
}
