import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { defineCommand, wrongUsage } from '../command.ts';
import { layFiles } from '../setup/lay-files.ts';
import { nextSteps } from '../setup/next-steps.ts';
import { stageFolder } from '../setup/stage-folder.ts';
import { LOCAL, templates } from '../setup/templates.ts';
import { stageArgument } from '../stage/stage-argument.ts';
import { columns } from '../terminal/columns.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { printable } from '../terminal/printable.ts';

/** `haineko setup`: a stage's tables to begin with. */
export const setup = defineCommand<{ readonly stage: string }>({
  name: 'setup',
  summary: "lay down a stage's tables to begin with",
  description: `Lays down config/<stage>/ below a folder: the seven tables, with every key in a comment. As they come nobody may send anything to anybody; those of the stage \`${LOCAL}\` are for \`haineko start\`, and write mails into a folder. A file that is there already is left as it is. AWS is not asked.`,
  arguments: [new Argument('[dir]', 'the folder that config/ is in, or will be').default('.')],
  options: [
    new Option('-s, --stage <stage>', 'name of the stage: 1 to 32 of a-z, 0-9 and -').default('production'),
  ],
  examples: [
    ['haineko setup', 'lays down ./config/production/'],
    ['haineko setup --stage test', 'tables of another stage'],
    ['haineko setup ~/relay --stage local', 'then: haineko start --config ~/relay/config/local'],
  ],
  async run([dir = '.'], given, world) {
    const stage = stageArgument(given.stage, '--stage');
    if (dir === '') throw wrongUsage('[dir]', 'a folder', dir);
    // every other command takes the stage there
    const unnamed = stage === 'production' && /^[a-z0-9-]{1,32}$/.test(dir);
    if (unnamed && !existsSync(resolve(world.cwd, dir)))
      throw wrongUsage(
        '[dir]',
        `a folder that is there, or ./${dir} for a new one (a stage: --stage ${dir})`,
        dir,
      );
    const files = await templates(stage);
    const interrupt = interruptible();
    try {
      const folder = await stageFolder(resolve(world.cwd, dir), stage);
      const done = await layFiles(folder.path, files, { interrupted: interrupt.asked }).catch(
        async (error: unknown) => {
          await folder.undo();
          throw error;
        },
      );
      const rows = files.map(({ name }) => [name, done.laid.includes(name) ? 'laid' : 'left as it is']);
      const shown = `${printable(join(dir, 'config', stage))}/`;
      const text = [shown, columns(rows), '', ...nextSteps(stage, dir, done)].join('\n');
      return { text, json: { stage, folder: folder.path, ...done } };
    } finally {
      interrupt.over();
    }
  },
});
