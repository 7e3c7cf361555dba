import type { Known } from '../tables/known.ts';
import { type SsmSource, ssmSource } from './ssm.ts';

/** A line for the log: what is wrong with the tables, or why older ones serve. */
export type TablesLine = { readonly level: 'error'; readonly message: 'tables'; readonly problem: string };

/** The tables of a deployed stage: SSM under HAINEKO_PREFIX, or `/haineko/<HAINEKO_STAGE>/`. */
export function lambdaSource(
  env: Readonly<Record<string, string | undefined>>,
  known: Known,
  log: (line: TablesLine) => void,
): SsmSource {
  const { HAINEKO_PREFIX: given, HAINEKO_STAGE: stage } = env;
  const prefix = given || (stage && `/haineko/${stage}/`);
  if (!prefix) throw new Error('neither HAINEKO_PREFIX nor HAINEKO_STAGE is in the environment');
  return ssmSource({
    prefix: prefix.endsWith('/') ? prefix : `${prefix}/`,
    known,
    report: (problem) => log({ level: 'error', message: 'tables', problem }),
  });
}
