import { Argument } from 'commander';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { stageName } from '../../infra/stage.ts';
import { wrongUsage } from '../command.ts';

/** A stage's name as an argument or option gives it. Throws the failure of a wrong call where no stage may be called so. */
export function stageArgument(given: string | undefined, what = '<stage>'): string {
  try {
    return stageName(given);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw wrongUsage(what, error.issues[0]?.expected ?? 'the name of a stage', given);
  }
}

/** The argument itself, for a command's definition. */
export const STAGE = () => new Argument('<stage>', 'the stage, as in config/<stage> and /haineko/<stage>/');
