import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { TABLE_FILES } from '../../infra/tables/table-files.ts';
import { CommandFailure, type World } from '../command.ts';
import { LOCAL } from '../setup/templates.ts';
import { stageFolder } from '../stage/read-folder.ts';

/** A folder of tables, and how they are read. */
export type Folder = {
  /** The folder's own name where no stage was named. */
  readonly stage: string;
  /** As findings show it: from the current folder, where it is below that. */
  readonly path: string;
  /** False: as the local server reads them. */
  readonly deployed: boolean;
};

/** What a call names. */
export type Named = {
  readonly stage: string | undefined;
  readonly config: string | undefined;
  /** All as the local server's, whatever they are called. */
  readonly local: boolean;
};

const CONFIG = 'config';

/** The folders that a call means: the one that it names, or all below config/. Fails where there is none. */
export function foldersToCheck({ stage, config, local }: Named, world: World): readonly Folder[] {
  const folder = (name: string, path: string): Folder => ({
    stage: name,
    path,
    deployed: !local && name !== LOCAL,
  });
  if (stage === undefined && config === undefined) {
    return stagesBelow(world).map((name) => folder(name, stageFolder(name, undefined, world)));
  }
  const name = stage ?? basename(resolve(world.cwd, config ?? ''));
  const path = stageFolder(name, config, world);
  try {
    if (!statSync(path).isDirectory()) throw new CommandFailure(`${path}: is no folder`, NAME_ONE);
  } catch (error) {
    throw noFolder(error, path, config === undefined ? hintFor(name, world) : NAME_ONE);
  }
  return [folder(name, path)];
}

/** The names of the folders below config/, hidden ones left out. */
function stagesBelow({ cwd }: World): readonly string[] {
  const below = join(cwd, CONFIG);
  let names: readonly string[];
  try {
    names = readdirSync(below).sort();
  } catch (error) {
    throw noFolder(error, CONFIG, `${NAME_ONE} haineko setup lays tables down to begin with.`);
  }
  const stages = names.filter((name) => !name.startsWith('.') && isFolder(join(below, name)));
  if (stages.length > 0) return stages;
  throw names.some((name) => TABLE_FILES.includes(name))
    ? new CommandFailure(
        `${CONFIG}: has tables, and no folder of a stage`,
        `haineko check --config ${CONFIG} checks these; a stage's belong into ${CONFIG}/<stage>/.`,
      )
    : new CommandFailure(`${CONFIG}: has no folder of a stage`, 'haineko setup lays one down.');
}

const NAME_ONE = 'Name the folder of the tables with --config, or go to where config/ is.';

function hintFor(stage: string, world: World): string {
  const lays = `haineko setup --stage ${stage} lays it down.`;
  try {
    return `There are: ${stagesBelow(world).join(', ')}. ${lays}`;
  } catch {
    return `${NAME_ONE} ${lays}`;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // a link to nothing, or to itself
    return false;
  }
}

function noFolder(error: unknown, path: string, hint: string): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failure';
  const why = code === 'ENOENT' ? 'there is no such folder' : `cannot be read (${code})`;
  return new CommandFailure(`${path}: ${why}`, hint, 1, { cause: error });
}
