import type { Life, Start } from './fleet-process.ts';
import { lambdaVariables, PREFIX } from './lambda-variables.ts';
import { layDocuments } from './many-routes.ts';
import { startProcess } from './measured-process.ts';
import { startThrottledSsm } from './throttled-ssm.ts';

/** What became of instances that started at once. */
export type Fleet = {
  readonly lives: readonly Life[];
  /** Calls that SSM had, and how many of them it refused. */
  readonly calls: number;
  readonly throttled: number;
  /** Seconds until all were answered. */
  readonly seconds: number;
};

/** Starts so many instances at once, in one process, against an SSM that takes so many calls a second. */
export async function startFleet(program: string, instances: number, perSecond: number): Promise<Fleet> {
  const ssm = await startThrottledSsm(perSecond);
  layDocuments(ssm, PREFIX, 10);
  const started = startProcess(program, { variables: lambdaVariables(ssm.url) });
  try {
    const begun = performance.now();
    const lives = await started.ask<readonly Life[]>({ instances } satisfies Start);
    const seconds = (performance.now() - begun) / 1000;
    if (ssm.complaints.length > 0) throw new Error(`SSM would refuse: ${ssm.complaints[0]}`);
    return { lives, calls: ssm.calls, throttled: ssm.throttled, seconds };
  } finally {
    await Promise.all([started.stop(), ssm.stop()]);
  }
}
