import { Option } from 'commander';
import { type AwsOptions, CommandFailure, defineCommand, type World, wrongUsage } from '../command.ts';
import { deleteAll } from '../destroy/delete-all.ts';
import { type Doomed, doomedOf, listed } from '../destroy/doomed.ts';
import { openStage } from '../stage/parameters.ts';
import { pushRecord } from '../stage/push-record.ts';
import { refuseWhileUnderWay, whoPushes } from '../stage/pushes.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';
import { askOnTerminal } from '../terminal/ask.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { tell } from '../terminal/tell.ts';

type DestroyOptions = AwsOptions & { readonly yesDelete?: string };

/** `haineko destroy`: what the command laid in SSM goes; the stack goes by `cdk destroy`. */
export const destroy = defineCommand<DestroyOptions>({
  name: 'destroy',
  summary: "delete a stage's credentials, users and tables in AWS",
  description:
    "Deletes what this command laid in SSM Parameter Store: credentials, users, tables with their shards, the record of pushes. It lists them by name, and asks for the stage's name. What the stack laid is left to `npx cdk destroy`, and so is what nothing of Haineko has laid. Nothing of it comes back: SSM forgets the versions too. Interrupted, it is gone on with by the same command.",
  arguments: [STAGE()],
  options: [new Option('--yes-delete <stage>', "do not ask: the stage's name once more")],
  aws: true,
  examples: [
    ['npx cdk destroy -c stage=test && haineko destroy test', 'the stack first, then what it left'],
    ['haineko destroy test --yes-delete test --json', 'without a terminal'],
  ],
  async run([given], options, world) {
    const stage = stageArgument(given);
    if (options.yesDelete !== undefined && options.yesDelete !== stage)
      throw wrongUsage('--yes-delete', `the stage's name again, '${stage}'`, options.yesDelete);
    const parameters = await openStage(stage, options);
    try {
      // they go even where their key of KMS is gone or denied
      const stored = await parameters.list({ sealed: true });
      const found = doomedOf(stored);
      const { doomed, ofStack, strangers } = found;
      const where = `${parameters.prefix} in ${await parameters.client.config.region()}`;
      const left = { ofStack, strangers };
      if (doomed.length === 0) {
        const text = [`nothing to delete under ${where}`, ...leftLines(stage, found)].join('\n');
        return { text, json: { stage, deleted: [], left } };
      }
      refuseWhileUnderWay(pushRecord(stored), whoPushes(), world.now());
      tell(world, outlook(stage, where, found));
      if (options.yesDelete === undefined) await ask(stage, world);
      const interrupt = interruptible();
      try {
        const note = (line: string) => tell(world, line);
        await deleteAll(parameters, doomed, { stopped: interrupt.asked, note });
      } finally {
        interrupt.over();
      }
      const done = `${doomed.length} parameters under ${where} are deleted. Wait 30 seconds before you lay any of them anew.`;
      return {
        text: [done, ...leftLines(stage, found)].join('\n'),
        json: { stage, deleted: doomed, left },
      };
    } finally {
      parameters.close();
    }
  },
});

async function ask(stage: string, world: World): Promise<void> {
  const question = `Type the stage's name (${stage}) to delete them`;
  const typed = await askOnTerminal(question, `--yes-delete ${stage}`, world);
  if (typed !== stage) throw new CommandFailure('not confirmed', 'Nothing was changed.');
}

/** What will go, before anybody is asked. */
function outlook(stage: string, where: string, { doomed, stands }: Doomed): string {
  const closes = doomed.includes('haineko.cf')
    ? 'without tables its relay defers every mail'
    : 'its relay refuses these users, and defers what needs these credentials';
  const warning = `The stack still stands: ${closes}. To delete it first: ${cdkDestroy(stage)}`;
  return [
    `To be deleted under ${where}, for good:`,
    ...listed(doomed).map((name) => `  ${name}`),
    ...(stands ? [warning] : []),
  ].join('\n');
}

function leftLines(stage: string, { ofStack, strangers }: Doomed): string[] {
  return [
    ...(ofStack.length > 0
      ? [`Left to the stack (${cdkDestroy(stage)}): ${listed(ofStack).join(', ')}`]
      : []),
    ...(strangers.length > 0 ? [`Left, since Haineko did not lay them: ${strangers.join(', ')}`] : []),
  ];
}

function cdkDestroy(stage: string): string {
  return stage === 'production' ? 'npx cdk destroy' : `npx cdk destroy -c stage=${stage}`;
}
