import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Authorization } from '../authorization.ts';
import { findingsOf } from './findings.ts';
import type { StageTables } from './read-tables.ts';

/** Tells what works otherwise than it looks, or opens more than somebody may mean; `cdk synth --strict` makes errors of it. */
export function warn(
  scope: Construct,
  folder: string,
  stage: StageTables,
  authorization: Authorization,
): void {
  for (const { id, level, table, path, why } of findingsOf(stage, { deployed: true, authorization })) {
    const where = path === '' ? table : `${table}: ${path}`;
    if (level !== 'note') Validations.of(scope).addWarning(`haineko:${id}`, `${folder}/${where}: ${why}`);
  }
}
