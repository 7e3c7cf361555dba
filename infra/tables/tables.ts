import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { cutIntoShards, type Piece } from '../../functions/store/cut-into-shards.ts';
import { type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import type { Authorization } from '../authorization.ts';
import { parameterPrefix } from '../stage.ts';
import { asLaid, laidByStack } from './as-read.ts';
import { readTables, type StageTables, wrongFiles } from './read-tables.ts';
import { refused } from './refused.ts';
import { warn } from './warnings.ts';

export type TablesProps = {
  readonly stage: string;
  readonly folder: string;
  readonly authorization: Authorization;
};

/**
 * A template may have 1 MB and 500 resources; the rest of the stack needs a tenth of either.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MOST_BYTES = 800_000;
const MOST_PARAMETERS = 400;
/** What a parameter's resource has beside its value: name, description, dependencies, the template's indentation. */
const BYTES_BESIDE = 700;

/** PutParameter may be called three times a second; CloudFormation would put all shards at once, and roll back where it is throttled for long. */
const SIDE_BY_SIDE = 5;

/**
 * The stage's tables as parameters: JSON, which is read without YAML's reader; a table over 8 KB as shards and their index. Throws a ConfigError that names
 * file and key where a table is wrong, or holds what a template must not.
 */
export class Tables extends Construct {
  constructor(scope: Construct, id: string, { stage, folder, authorization }: TablesProps) {
    super(scope, id);
    const read = readTables(folder);
    const issues: ConfigIssue[] = refused(read, stage, authorization);
    const laid = issues.length === 0 ? pieces(read, authorization, issues) : [];
    if (issues.length > 0) throw wrongFiles(folder, issues);
    warn(this, folder, read, authorization);
    for (const table of laid) this.lay(stage, table);
  }

  /** The index comes last: an instance that reads it finds its shards. Those of the index before go when all else is done. */
  private lay(stage: string, table: readonly Piece[]): void {
    const parameters = table.map(
      ({ name, value }) =>
        new CfnParameter(this, name, {
          name: parameterPrefix(stage) + name,
          description: 'Laid by cdk deploy: change the file that it comes from',
          type: 'String',
          // standard up to 4 KB, advanced up to 8 KB
          tier: 'Intelligent-Tiering',
          value,
        }),
    );
    const index = parameters.pop();
    for (const [number, shard] of parameters.entries()) {
      index?.addResourceDependency(shard);
      const before = parameters[number - SIDE_BY_SIDE];
      if (before) shard.addResourceDependency(before);
    }
  }
}

function pieces(
  read: StageTables,
  authorization: Authorization,
  issues: ConfigIssue[],
): readonly (readonly Piece[])[] {
  const laid = laidByStack(authorization).map((name) => {
    const document = asLaid(name, read);
    return collect(issues, () => cutIntoShards(name, document)) ?? [];
  });
  const { length } = laid.flat();
  const bytes = Buffer.byteLength(JSON.stringify(laid)) + length * BYTES_BESIDE;
  if (bytes > MOST_BYTES || length > MOST_PARAMETERS) {
    const expected = `at most ${MOST_BYTES} bytes and ${MOST_PARAMETERS} parameters of tables in a template (lay them yourself, with tables: 'command')`;
    issues.push({ table: '', path: '', expected, got: `${bytes} bytes and ${length} parameters` });
  }
  return laid;
}
