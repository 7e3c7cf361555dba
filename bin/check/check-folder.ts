import { ConfigError } from '../../functions/tables/config-error.ts';
import type { Authorization } from '../../infra/authorization.ts';
import { stageName } from '../../infra/stage.ts';
import { type Placed, placedFindings } from '../../infra/tables/check-tables.ts';
import type { Finding } from '../../infra/tables/findings/finding.ts';
import { lookAtTables } from '../../infra/tables/read-tables.ts';
import type { AwsOptions } from '../command.ts';
import { localKnown } from '../local/context.ts';
import type { Folder } from './folders.ts';
import { standingOf } from './standing.ts';

/** Something found, and the folder that it was found in. */
export type Found = Placed & {
  readonly folder: Folder;
  /** Of a parameter in SSM: `table` is its whole name, and no file of the folder. */
  readonly inSsm?: true;
};

/** How deployed stages are looked at. */
export type Looking = {
  /** As the call says; undefined: as the stack tells, or the tables. */
  readonly authorization: Authorization | undefined;
  /** Undefined: SSM is not asked. */
  readonly aws: AwsOptions | undefined;
};

/** All that is to be said of a folder. Rejects with a CommandFailure where SSM cannot be asked, or the folder is gone. */
export async function checkFolder(
  folder: Folder,
  { authorization, aws }: Looking,
): Promise<readonly Found[]> {
  const { stage, path, deployed } = folder;
  const reading = { deployed, machine: localKnown().machine };
  const look = lookAtTables(path, reading);
  const foundIn = (each: Placed): Found => ({ ...each, folder });
  if (!deployed) return placedFindings(look, reading).map(foundIn);
  const misnamed = misnamedStage(stage);
  const standing = aws === undefined || misnamed ? undefined : await standingOf(stage, aws);
  const place = {
    deployed,
    authorization: authorization ?? standing?.authorization,
    laid: standing?.laid,
  };
  return [
    ...(misnamed ? [foundIn(misnamed)] : []),
    ...placedFindings(look, place).map(foundIn),
    ...(standing?.findings ?? []).map((each): Found => ({ ...each, folder, inSsm: true })),
  ];
}

/** A folder that no stage can be named for: it was never deployed from. */
function misnamedStage(name: string): Finding | undefined {
  try {
    stageName(name);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const why = `no stage can be called so: expected ${error.issues[0]?.expected}`;
    return { id: 'stage-name', level: 'warning', table: '', path: '', why };
  }
}
