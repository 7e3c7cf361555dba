import { CommandFailure, type Done, type World } from '../command.ts';
import { lay, refuseRetyping } from '../stage/lay.ts';
import { inPlace, type PastVersion, type StageParameters, type Stored } from '../stage/parameters.ts';
import type { Change } from '../stage/plan.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { tell } from '../terminal/tell.ts';
import { describeInForce, inForceBy } from './in-force.ts';
import type { Target } from './target.ts';

/** What a rotation works on. */
export type Scene = {
  readonly name: string;
  readonly parameters: StageParameters;
  readonly stored: ReadonlyMap<string, Stored>;
  readonly keeping: Keeping;
  readonly world: World;
};

/** How a secret is kept in SSM. */
export type Keeping = {
  /** Under which key of KMS. */
  readonly keyOf: (name: string) => string | undefined;
  /** Whether it lies under another one than the call names: then it is laid anew, the same or not. */
  readonly underOtherKey: (name: string) => boolean;
  /** It may be deleted and made anew where it is no SecureString. */
  readonly retype: boolean;
};

/** Lays what a rotation changes, and is not stopped in its midst: what is deleted to be made anew would be gone. */
export async function laySecrets(
  { parameters, keeping, world }: Scene,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, number>> {
  refuseRetyping(changes, keeping.retype);
  const interrupt = interruptible();
  try {
    const note = (line: string) => line.startsWith('deleted') && tell(world, line);
    return (await lay(parameters, changes, keeping.keyOf, { stopped: () => false, note })).versions;
  } finally {
    interrupt.over();
  }
}

/** A person may take long to type, and nobody else's change may be lost. Fails where a parameter is not as it was read. */
export async function refuseChangedMeanwhile({ parameters, stored }: Scene, name: string): Promise<void> {
  const now = (await parameters.list()).get(name);
  if (now?.version === stored.get(name)?.version) return;
  throw new CommandFailure(
    `somebody else changed ${name} meanwhile, and nothing was laid`,
    'Run the command again.',
  );
}

/** Which version a rollback took its secret from. */
export function backTo({ version, modified }: Pick<PastVersion, 'version' | 'modified'>): string {
  return `Back to the secret of version ${version}, laid ${modified.toISOString()}.`;
}

/** What was laid, and by when relays use it. */
export function laid(
  { name, world, parameters }: Scene,
  target: Target,
  version: number,
  changed: boolean,
  notes: readonly string[],
): Done {
  const now = world.now();
  const what = `${target} ${name}`;
  const text = changed
    ? [
        `Laid in ${parameters.prefix}${inPlace(parameters)}: ${what}, version ${version}.`,
        ...notes,
        describeInForce(now, target),
      ]
    : [`Nothing to lay: ${what} has this secret already (version ${version}).`, ...notes];
  return {
    text: text.join('\n'),
    json: {
      what,
      version,
      changed,
      place: parameters.place() ?? null,
      laidAt: new Date(now).toISOString(),
      inForceBy: inForceBy(now).toISOString(),
      notes,
    },
  };
}
