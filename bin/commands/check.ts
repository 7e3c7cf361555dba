import { Argument, Option } from 'commander';
import { checkFolder, type Found } from '../check/check-folder.ts';
import { type Folder, foldersToCheck } from '../check/folders.ts';
import { countsOf, inJson, inLines } from '../check/report.ts';
import { type AwsOptions, defineCommand, type World, wrongUsage } from '../command.ts';
import { stageArgument } from '../stage/stage-argument.ts';

type CheckOptions = AwsOptions & {
  readonly config?: string;
  readonly local?: true;
  readonly iam?: true;
  readonly aws?: true;
  readonly strict?: true;
};

/** `haineko check`: what is wrong in tables, and how they fit. */
export const check = defineCommand<CheckOptions>({
  name: 'check',
  summary: 'tell what is wrong in tables, each with its line',
  description:
    "Reads a stage's folder by the relay's own schemas and tells what is wrong, what works otherwise than it looks, and what Lambda cannot do: each in a line `table:line:key: expected ..., got ...`, warnings and notes marked as such. Nothing is sent or changed, and no secret is shown. Without a stage it checks every folder below config/: `local` as the local relay reads it, the others as deployed ones. Credentials and users of a deployed stage are in AWS: --aws reads there which ones it has.",
  arguments: [
    new Argument('[stage]', 'the stage, as in config/<stage> (default: every folder below config/)'),
  ],
  options: [
    new Option('-c, --config <dir>', 'folder of the tables (default: config/<stage>)'),
    new Option('--local', "as the local relay's tables, whatever the folder is called"),
    new Option(
      '--iam',
      "as of a stage with authorization: 'iam' (default: as SSM or the table password says)",
    ),
    new Option('--aws', 'read in SSM who lays the tables, and which credentials and users there are'),
    new Option('--strict', 'warnings count as errors'),
  ],
  aws: true,
  examples: [
    ['haineko check', 'every folder below ./config/'],
    ['haineko check production --aws', 'credentials and users in SSM are known, too'],
    [
      'haineko check --config /usr/local/haineko/etc --local',
      'tables from elsewhere, for the relay on this machine',
    ],
    ['haineko check production --strict --json', 'in a pipeline'],
  ],
  exits: {
    0: 'nothing is wrong; there may be warnings and notes',
    1: 'an error was found (with --strict: or a warning), or it failed',
  },
  async run([given], options, world) {
    const folders = foldersOf(given, options, world);
    const { profile, region, strict = false } = options;
    const authorization = options.iam ? 'iam' : undefined;
    const named = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
    const aws = options.aws ? named : undefined;
    const found: Found[] = [];
    for (const folder of folders) found.push(...(await checkFolder(folder, { authorization, aws })));
    const { error, warning } = countsOf(found);
    return {
      status: error > 0 || (strict && warning > 0) ? 1 : 0,
      text: inLines(folders, found, hintFor(found, options)),
      json: inJson(folders, found),
    };
  },
});

function foldersOf(given: string | undefined, options: CheckOptions, world: World): readonly Folder[] {
  const { config, local = false, iam, aws, profile, region } = options;
  const stage = given === undefined ? undefined : stageArgument(given, '[stage]');
  if (config === '') throw wrongUsage('--config', 'a folder', config);
  if (local && (iam || aws)) throw wrongUsage('--local', `it without ${iam ? '--iam' : '--aws'}`, 'both');
  if (!aws && (profile ?? region) !== undefined)
    throw wrongUsage(profile === undefined ? '--region' : '--profile', '--aws with it', profile ?? region);
  if (aws && stage === undefined && config !== undefined)
    throw wrongUsage('[stage]', 'the stage that --aws reads, beside --config', undefined);
  const folders = foldersToCheck({ stage, config, local }, world);
  if ((iam || aws) && folders.every(({ deployed }) => !deployed))
    throw wrongUsage(iam ? '--iam' : '--aws', 'a deployed stage', folders[0]?.stage);
  return folders;
}

/** Findings that end with --aws. */
const UNKNOWN = ['credential-in-ssm', 'credential-elsewhere', 'users-in-ssm'];

function hintFor(found: readonly Found[], { aws }: CheckOptions): string {
  return !aws && found.some(({ id }) => UNKNOWN.includes(id))
    ? '--aws reads in SSM whether it has the credentials and users that are not here.'
    : '';
}
