import { CommandFailure, defineCommand } from '../command.ts';
import { inForce } from '../conf/in-force.ts';
import { inWords } from '../conf/in-words.ts';
import { openStage } from '../stage/parameters.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';

/** `haineko conf`: what is in force in SSM. */
export const conf = defineCommand({
  name: 'conf',
  summary: 'show what is in force in AWS, secrets masked',
  description:
    "Shows a stage's tables as they stand in SSM Parameter Store, read and checked as the relay does: versions, dates, who lays them, users without their hashes, credentials by name and kind, those that a route names and that are missing, and what is wrong. An instance of the relay has them within about a minute. AWS is read and never written.",
  arguments: [STAGE()],
  aws: true,
  examples: [
    ['haineko conf production', 'what is in force'],
    ['haineko conf production --json', 'the same, large tables whole'],
  ],
  exits: { 1: 'something in force is wrong or missing, or it could not be read' },
  async run([given], options) {
    const stage = stageArgument(given);
    const parameters = await openStage(stage, options);
    try {
      const stored = await parameters.list();
      const region = await parameters.client.config.region();
      if (stored.size === 0) {
        throw new CommandFailure(
          `nothing stands under ${parameters.prefix} in ${region}`,
          'Is it the right stage, account and region (--profile, --region)? `aws sts get-caller-identity` shows who you are.',
        );
      }
      const told = await inForce(stage, stored);
      return {
        status: told.wrong.length > 0 ? 1 : 0,
        text: inWords(stage, region, told),
        json: { stage, region, prefix: parameters.prefix, ...told },
      };
    } finally {
      parameters.close();
    }
  },
});
