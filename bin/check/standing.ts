import { type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import type { Finding } from '../../infra/tables/findings/finding.ts';
import type { Laid } from '../../infra/tables/findings/laid.ts';
import type { Place } from '../../infra/tables/findings/seen.ts';
import { asFinding } from '../../infra/tables/findings.ts';
import type { AwsOptions } from '../command.ts';
import { storedDocuments } from '../stage/documents.ts';
import { stackRecord } from '../stage/owner.ts';
import { openStage, type Stored } from '../stage/parameters.ts';
import { storedCredential } from '../stage/stored-credential.ts';

/** What SSM tells of a stage, for the check of its folder. */
export type Standing = Pick<Place, 'authorization'> & {
  readonly laid: Laid;
  /** About parameters: `table` is the whole name of one. */
  readonly findings: readonly Finding[];
};

const PREFIX = 'authinfo/';

/** Asks SSM what stands there: by whom the stage's tables are laid, which credentials and users there are. Writes nothing. */
export async function standingOf(stage: string, options: AwsOptions): Promise<Standing> {
  const parameters = await openStage(stage, options);
  const { prefix, client } = parameters;
  try {
    const stored = await parameters.list();
    const issues: ConfigIssue[] = [];
    const record = collect(issues, () => stackRecord(stored));
    const { documents, issues: unread } = await storedDocuments(stored);
    issues.push(...unread.filter(({ table }) => /^password(?:\/|$)/.test(table)));
    const found = issues.map((issue) => asFinding('parameter', { ...issue, table: prefix + issue.table }));
    return {
      authorization: record?.authorization,
      laid: {
        tables: record?.tables,
        credentials: await credentialsIn(stored),
        users: Object.keys(Object(documents.password ?? {})),
      },
      findings: stored.size === 0 ? [nothingLaid(prefix, await client.config.region())] : found,
    };
  } finally {
    parameters.close();
  }
}

async function credentialsIn(stored: ReadonlyMap<string, Stored>): Promise<Laid['credentials']> {
  const names = [...stored.keys()].filter((name) => name.startsWith(PREFIX));
  const read = names.map(async (full) => {
    const name = full.slice(PREFIX.length);
    return [name, await storedCredential(name, stored.get(full)?.value ?? '')] as const;
  });
  return new Map(await Promise.all(read));
}

function nothingLaid(prefix: string, region: string): Finding {
  return {
    id: 'nothing-laid',
    level: 'warning',
    table: prefix,
    path: '',
    why: `nothing stands there in ${region}: right before the first deployment; else another account or region is meant (--profile, --region)`,
  };
}
