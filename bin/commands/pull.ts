import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Option } from 'commander';
import { dump } from 'js-yaml';
import { collect } from '../../functions/tables/config-error.ts';
import { parseHainekoCf } from '../../functions/tables/haineko-cf.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { hainekoCfAsRead } from '../../infra/tables/as-read.ts';
import { type AwsOptions, CommandFailure, defineCommand, type World } from '../command.ts';
import { deployedKnown } from '../stage/deployed-known.ts';
import { differences } from '../stage/differences.ts';
import { storedDocuments } from '../stage/documents.ts';
import { openStage } from '../stage/parameters.ts';
import { stageFolder } from '../stage/read-folder.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';
import { makeFolder, readTableFile, replaceFile } from '../stage/table-file.ts';
import { confirm } from '../terminal/ask.ts';
import { tell } from '../terminal/tell.ts';

/** `haineko pull`: what stands in SSM into a folder; secrets stay where they are. */
export const pull = defineCommand<AwsOptions & { readonly config?: string; readonly yes?: true }>({
  name: 'pull',
  summary: "write a stage's tables from SSM into a folder",
  description:
    'Writes the tables that stand in SSM as YAML files, shards put together, and only those that say something else than the file there; the comments of such a file are lost. Secrets never leave SSM: `password` is written where its keys are IAM principals alone, `authinfo` never.',
  arguments: [STAGE()],
  options: [
    new Option('-c, --config <dir>', 'folder of the tables (default: config/<stage>)'),
    new Option('-y, --yes', 'do not ask before a file is replaced'),
  ],
  aws: true,
  examples: [
    ['haineko pull production', 'after somebody changed a table in the console'],
    ['haineko pull production --config /tmp/production', 'into another folder, to look at'],
  ],
  async run([given], options, world) {
    const stage = stageArgument(given);
    const parameters = await openStage(stage, options);
    try {
      const { documents, issues } = await storedDocuments(await parameters.list());
      if (issues.length > 0) {
        const told = issues.map(({ table, expected, got }) => `${table}: expected ${expected}, got ${got}`);
        throw new CommandFailure(
          `what stands in SSM cannot be read:\n${told.join('\n')}`,
          'Nothing was written.',
        );
      }
      return await write(stageFolder(stage, options.config, world), documents, options.yes === true, world);
    } finally {
      parameters.close();
    }
  },
});

async function write(
  folder: string,
  documents: Readonly<Record<string, unknown>>,
  yes: boolean,
  world: World,
) {
  const secret = (name: string) =>
    name === 'password' && !Object.keys(Object(documents[name])).every((key) => key.startsWith('arn:'));
  const there = DOCUMENTS.filter((name) => documents[name] !== undefined);
  const kept = there.filter(secret);
  const changed: { name: string; path: string; lines: readonly string[]; exists: boolean }[] = [];
  for (const name of there.filter((each) => !secret(each))) {
    const path = join(resolve(world.cwd, folder), name);
    const file = readTableFile(path, name);
    const said = onceLaid(name, file?.document ?? {});
    if (file && isDeepStrictEqual(said, documents[name])) continue;
    const exists = file !== undefined;
    changed.push({ name, path, exists, lines: differences(name, said, documents[name]) });
  }
  const replaced = changed.filter(({ exists }) => exists);
  if (replaced.length > 0 && !yes) {
    for (const { name, lines } of replaced) {
      tell(world, [`${folder}/${name}`, ...lines.map((line) => `  ${line}`)].join('\n'));
    }
    const what = `Replace ${replaced.map(({ name }) => name).join(', ')} (comments are lost)?`;
    if (!(await confirm(what, '--yes', world)))
      throw new CommandFailure('not confirmed', 'Nothing was written.');
  }
  makeFolder(resolve(world.cwd, folder));
  for (const { name, path } of changed) replaceFile(path, dump(documents[name], { lineWidth: -1 }));
  const written = changed.map(({ name }) => name);
  const text = [
    written.length > 0
      ? `Written in ${folder}: ${written.join(', ')}`
      : `Nothing to write: ${folder} says the same.`,
    kept.length > 0 ? `Left in SSM, since they are secrets: ${kept.join(', ')}` : '',
  ];
  return {
    text: text.filter((line) => line !== '').join('\n'),
    json: {
      folder,
      written,
      same: there.filter((name) => !written.includes(name) && !kept.includes(name)),
      secrets: kept,
    },
  };
}

/** What a file says once it is laid: the original's haineko.cf has more than a relay reads. */
function onceLaid(name: string, document: unknown): unknown {
  if (name !== 'haineko.cf') return document;
  const config = collect([], () => parseHainekoCf(document, deployedKnown));
  return config ? hainekoCfAsRead(document, config) : document;
}
