import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from '../command.ts';
import type { StageParameters } from './parameters.ts';
import type { Change } from './plan.ts';

/** What became of the changes: versions laid, by name; and how many are left where it was stopped. */
export type Laid = { readonly versions: ReadonlyMap<string, number>; readonly left: number };

/** How the laying goes along. */
export type Laying = {
  stopped(): boolean;
  note(line: string): void;
  /** After each parameter. */
  laid?(name: string, version: number): Promise<void>;
  /** Waits so many milliseconds. */
  pause?(ms: number): Promise<unknown>;
};

/** A parameter of the same name may be made 30 seconds after its deletion. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
const AFTER_DELETION = 30_000;
/** ... and is tried again so often, so many milliseconds apart. */
const TRIES = 6;
const BETWEEN = 10_000;

/** Lays one change after another. Stops between two of them when asked to; each that was laid is whole. */
export async function lay(
  parameters: StageParameters,
  changes: readonly Change[],
  keyOf: (name: string) => string | undefined,
  laying: Laying,
): Promise<Laid> {
  const versions = new Map<string, number>();
  for (const change of changes) {
    if (laying.stopped()) break;
    const { name, value, type } = change.wanted;
    const secret =
      type === 'SecureString' || (change.kind === 'retype' && change.stored.type === 'SecureString');
    const keyId = secret ? keyOf(name) : undefined;
    const version =
      change.kind === 'retype'
        ? await retype(parameters, change, keyId, laying)
        : await parameters.put(name, value, { type, keyId });
    versions.set(name, version);
    laying.note(`laid ${name}, version ${version}`);
    await laying.laid?.(name, version);
  }
  return { versions, left: changes.length - versions.size };
}

/** Fails where a change would delete a parameter and make it anew, and nobody has said that it may. */
export function refuseRetyping(changes: readonly Change[], retype: boolean): void {
  const names = changes.filter(({ kind }) => kind === 'retype').map(({ wanted }) => wanted.name);
  if (names.length === 0 || retype) return;
  throw new CommandFailure(
    `of another type in SSM: ${names.join(', ')} (a secret is a SecureString, a table a String)`,
    'SSM changes no type. Say --retype: it is deleted and, 30 seconds later, made anew; who looks meanwhile finds none.',
  );
}

/** Where the new one cannot be laid, the old one is again; where that cannot be either, the failure names what is gone. */
async function retype(
  parameters: StageParameters,
  { wanted, stored }: Extract<Change, { kind: 'retype' }>,
  keyId: string | undefined,
  { note, pause = sleep }: Laying,
): Promise<number> {
  const { name, value, type } = wanted;
  await parameters.remove([name]);
  note(
    `deleted ${name}: it is made anew in ${AFTER_DELETION / 1000} seconds, as AWS asks for. Do not stop this`,
  );
  await pause(AFTER_DELETION);
  const persistently = async (text: string, as: Parameters<StageParameters['put']>[2]) => {
    for (let tries = 1; ; tries++) {
      try {
        return await parameters.put(name, text, as);
      } catch (error) {
        if (tries === TRIES) throw error;
        await pause(BETWEEN);
      }
    }
  };
  try {
    return await persistently(value, { type, keyId });
  } catch (error) {
    try {
      await persistently(stored.value, { type: stored.type, keyId });
    } catch {
      throw new CommandFailure(
        `${name} is deleted, and could not be made anew: ${error instanceof Error ? error.message : String(error)}`,
        'Nobody has it now. Run the same command again, which lays it.',
        1,
        { cause: error },
      );
    }
    throw error;
  }
}
