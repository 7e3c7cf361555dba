import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { parsePassword } from '../../functions/tables/password.ts';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { CommandFailure } from '../command.ts';
import { planOf } from '../stage/plan.ts';
import { parameterText } from '../stage/wanted.ts';
import { laySecrets, refuseChangedMeanwhile, type Scene } from './scene.ts';

/** Rights of a user, as the table has them. */
export type Rights = { readonly senders?: readonly string[]; readonly admin?: true };

/** An entry with a new password; the rights stay as they are, or become what the call says. */
export async function newEntry(before: unknown, password: string, rights: Rights): Promise<unknown> {
  const { senders, admin } = rights;
  const changed = { ...(senders !== undefined && { senders }), ...(admin !== undefined && { admin: 1 }) };
  return withHash({ ...entryOf(before), ...changed }, await hashPassword(password));
}

/** An entry with another hash, and its rights as they are. */
export function withHash(before: unknown, hash: string): unknown {
  const { password: _old, ...kept } = entryOf(before);
  return Object.keys(kept).length === 0 ? hash : { password: hash, ...kept };
}

function entryOf(entry: unknown): Record<string, unknown> {
  return typeof entry === 'object' && entry !== null ? { ...entry } : {};
}

/**
 * Lays the table of users with one entry changed; the version of its document. A table over 8 KB goes in shards, their
 * index last. Throws a ConfigError where the relay could not read it.
 */
export async function layUser(
  scene: Scene,
  users: Readonly<Record<string, unknown>>,
  entry: unknown,
): Promise<number> {
  const { name, stored, keeping } = scene;
  const document = { ...users, [name]: entry };
  parsePassword(document);
  const wanted = cutIntoShards('password', document).map((piece) => ({
    name: piece.name,
    value: parameterText(piece.value),
    type: 'SecureString' as const,
  }));
  const { changes } = await planOf(wanted, stored, () => true, keeping.underOtherKey);
  // shards are new ones beside the old: until the index names them nobody's entry has changed
  await laySecrets(scene, changes.slice(0, -1));
  if (changes.length > 1) await refuseChangedMeanwhile(scene, 'password');
  const versions = await laySecrets(scene, changes.slice(-1));
  const before = stored.get('password')?.version ?? 0;
  const version = versions.get('password') ?? before;
  if (version > before + 1 && !(await sameSince(scene, before))) {
    throw new CommandFailure(
      `somebody else changed password at the same moment: version ${before + 1} is overwritten by ${version}`,
      'Look at both (aws ssm get-parameter-history), and give the other user a password again.',
    );
  }
  return version;
}

/** Whether all versions since are one and the same: the SDK makes a call again whose answer was lost. */
async function sameSince({ parameters }: Scene, before: number): Promise<boolean> {
  const since = (await parameters.history('password')).filter(({ version }) => version > before);
  return new Set(since.map(({ value }) => value)).size === 1;
}
