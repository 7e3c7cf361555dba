import { CommandFailure } from '../command.ts';
import { MOST_NAMES, type StageParameters } from '../stage/parameters.ts';
import { listed } from './doomed.ts';

/**
 * Deletes parameters, ten at a time, in the order given. Stops between two batches when asked to; then, and where AWS says
 * no, it rejects with a CommandFailure that says what is left.
 */
export async function deleteAll(
  parameters: Pick<StageParameters, 'remove'>,
  names: readonly string[],
  { stopped, note }: { stopped(): boolean; note(line: string): void },
): Promise<void> {
  for (let done = 0; done < names.length; done += MOST_NAMES) {
    if (stopped()) throw new CommandFailure(`interrupted: ${sum(done, names)}`, goOn(names.slice(done)));
    const batch = names.slice(done, done + MOST_NAMES);
    try {
      await parameters.remove(batch);
    } catch (error) {
      if (!(error instanceof CommandFailure) || done === 0) throw error;
      const hint = [error.hint, goOn(names.slice(done))].filter(Boolean).join('\n');
      throw new CommandFailure(`${error.message}; ${sum(done, names)}`, hint, 1, { cause: error });
    }
    note(`deleted ${batch.join(', ')}`);
  }
}

function sum(done: number, names: readonly string[]): string {
  return `${done} of ${names.length} parameters are deleted`;
}

function goOn(left: readonly string[]): string {
  return `Left: ${listed(left).join(', ')}. The same command goes on with them.`;
}
