import { dump } from 'js-yaml';
import { DOCUMENTS, type DocumentName } from '../../functions/tables/tables.ts';
import { columns } from '../terminal/columns.ts';
import type { DocumentTold } from './documents.ts';
import type { InForce } from './in-force.ts';

/** What is in force, for people. */
export function inWords(stage: string, region: string, told: InForce): string {
  const { stack, push, documents, leftShards, strangers, wrong } = told;
  const lays = stack?.tables === 'command' ? 'haineko push' : 'npx cdk deploy';
  return [
    `Stage ${stage} in ${region}${stack ? `: ${stack.url}` : ''}`,
    columns([
      ['tables', stack ? `laid by ${lays}` : 'no stack says who lays them'],
      ['callers', { none: 'by address or password', iam: 'sign (IAM)' }[stack?.authorization ?? 'none']],
      ['push', push ? `${push.label}, ${push.state}, ${moment(push.at)}, by ${push.by}` : 'none'],
    ]),
    '',
    columns([
      ['document', 'version', 'changed', 'type', 'of', ''],
      ...DOCUMENTS.map((name) =>
        documentRow(
          name,
          documents.find((each) => each.name === name),
        ),
      ),
    ]),
    ...credentialLines(told),
    ...(leftShards > 0
      ? ['', `${leftShards} shards of tables before lie there too; no relay reads them.`]
      : []),
    ...(strangers.length > 0 ? ['', `Names that no relay reads: ${strangers.join(', ')}`] : []),
    ...(wrong.length > 0 ? ['', 'Wrong:', ...wrong.map((line) => `  ${line}`)] : []),
    ...documents.flatMap(yamlLines),
  ].join('\n');
}

function documentRow(name: DocumentName, told: DocumentTold | undefined): string[] {
  if (!told) return [name, '-', '-', '-', '-', 'absent'];
  const { version, modified, type, owner } = told;
  return [name, String(version), moment(modified), type, owner, size(told)];
}

function size({ content, entries, shards }: DocumentTold): string {
  const pieces = shards > 0 ? ` in ${shards} shard${shards === 1 ? '' : 's'}` : '';
  if (content === undefined) return `wrong${pieces}`;
  if (entries === null) return '';
  return `${entries} ${entries === 1 ? 'entry' : 'entries'}${pieces}`;
}

function credentialLines({ credentials }: InForce): string[] {
  if (credentials.length === 0) return [];
  const rows = credentials.map(({ name, kind, username, record, version, modified, type, namedBy }) => [
    name,
    String(version ?? '-'),
    modified ? moment(modified) : '-',
    type ?? '-',
    kind,
    username ?? record ?? '-',
    namedBy.join(', ') || 'no route',
  ]);
  const head = ['credential', 'version', 'changed', 'type', 'kind', 'user', 'named by'];
  return ['', columns([head, ...rows])];
}

/** A table as YAML; of one in shards its size alone. */
function yamlLines(told: DocumentTold): string[] {
  const { name, content, shards } = told;
  if (content === undefined) return [];
  const title = `# ${name}${name === 'haineko.cf' ? ', with the defaults of what it leaves out' : ''}`;
  if (shards > 0) return ['', `${title}: ${size(told)} (--json has them)`];
  return ['', title, dump(content, { lineWidth: -1, noRefs: true }).trimEnd()];
}

function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}
