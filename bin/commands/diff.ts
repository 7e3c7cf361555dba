import { Option } from 'commander';
import { type AwsOptions, defineCommand } from '../command.ts';
import { describeDifferences } from '../stage/comparison.ts';
import { openStage } from '../stage/parameters.ts';
import { preparePush } from '../stage/prepare-push.ts';
import { readFolder, stageFolder } from '../stage/read-folder.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';

/** `haineko diff`: how a folder's tables differ from what stands in SSM. */
export const diff = defineCommand<AwsOptions & { readonly config?: string }>({
  name: 'diff',
  summary: 'show how a folder and SSM differ',
  description:
    'Compares a folder with what stands in SSM, key by key, and writes nothing: `+` is new in the folder, `-` is not there any more, `~` is another value. Of secrets it shows only where they differ.',
  arguments: [STAGE()],
  options: [new Option('-c, --config <dir>', 'folder of the tables (default: config/<stage>)')],
  aws: true,
  examples: [['haineko diff production', 'what push (or cdk deploy) would change']],
  exits: { 0: 'nothing differs', 1: 'something differs, or it failed' },
  async run([given], options, world) {
    const stage = stageArgument(given);
    const parameters = await openStage(stage, options);
    try {
      const folder = stageFolder(stage, options.config, world);
      const { differences, plan } = await preparePush(readFolder(folder), parameters, { documents: true });
      const orphans = plan.orphans.map(({ name }) => name);
      const same = differences.length === 0;
      const text = same
        ? `Nothing differs: ${parameters.prefix} has what ${folder} says.`
        : describeDifferences(differences);
      return { status: same ? 0 : 1, text, json: { differences, orphans } };
    } finally {
      parameters.close();
    }
  },
});
