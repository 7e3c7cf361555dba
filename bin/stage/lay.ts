import type { StageParameters } from './parameters.ts';
import type { Change } from './plan.ts';

/** What became of the changes: versions laid, by name; and how many are left where it was stopped. */
export type Laid = { readonly versions: ReadonlyMap<string, number>; readonly left: number };

/**
 * Lays one change after another. Stops between two of them when asked to; each that was laid is whole. A retyped
 * parameter is absent for a moment: instances go on with what they have read.
 */
export async function lay(
  parameters: StageParameters,
  changes: readonly Change[],
  keyOf: (name: string) => string | undefined,
  { stopped, note }: { stopped(): boolean; note(line: string): void },
): Promise<Laid> {
  const versions = new Map<string, number>();
  for (const change of changes) {
    if (stopped()) break;
    const { name, type } = change.wanted;
    const keyId = type === 'SecureString' ? keyOf(name) : undefined;
    const version =
      change.kind === 'retype'
        ? await retype(parameters, change, keyId)
        : await parameters.put(name, change.wanted.value, { type, keyId });
    versions.set(name, version);
    note(`laid ${name}, version ${version}`);
  }
  return { versions, left: changes.length - versions.size };
}

/** Where the new one cannot be laid, the old one is again. */
async function retype(
  parameters: StageParameters,
  { wanted, stored }: Extract<Change, { kind: 'retype' }>,
  keyId: string | undefined,
): Promise<number> {
  await parameters.remove([wanted.name]);
  try {
    return await parameters.put(wanted.name, wanted.value, { type: wanted.type, keyId });
  } catch (error) {
    await parameters.put(stored.name, stored.value, { type: stored.type });
    throw error;
  }
}
