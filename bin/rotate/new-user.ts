import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { parsePassword } from '../../functions/tables/password.ts';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { CommandFailure } from '../command.ts';
import { lay, refuseRetyping } from '../stage/lay.ts';
import type { StageParameters, Stored } from '../stage/parameters.ts';
import { planOf } from '../stage/plan.ts';
import { parameterText } from '../stage/wanted.ts';
import { type Keeping, LAYING } from './keeping.ts';

/** Rights of a user, as the table has them. */
export type Rights = { readonly senders?: readonly string[]; readonly admin?: true };

/** An entry with a new password; the rights stay as they are, or become what the call says. */
export async function newEntry(
  before: unknown,
  password: string,
  { senders, admin }: Rights,
): Promise<unknown> {
  const hash = await hashPassword(password);
  const rights = {
    ...(typeof before === 'object' && before !== null ? before : {}),
    ...(senders !== undefined && { senders }),
    ...(admin !== undefined && { admin: 1 }),
  };
  const { password: _old, ...kept } = rights as Record<string, unknown>;
  return Object.keys(kept).length === 0 ? hash : { password: hash, ...kept };
}

/**
 * Lays the table of users with one entry changed; the version of its document. A table over 8 KB goes in shards, their
 * index last. Throws a ConfigError where the relay could not read it.
 */
export async function layUser(
  parameters: StageParameters,
  stored: ReadonlyMap<string, Stored>,
  users: Readonly<Record<string, unknown>>,
  [name, entry]: readonly [string, unknown],
  { keyOf, underOtherKey, retype }: Keeping,
): Promise<number> {
  const document = { ...users, [name]: entry };
  parsePassword(document);
  const wanted = cutIntoShards('password', document).map(({ name, value }) => ({
    name,
    value: parameterText(value),
    type: 'SecureString' as const,
  }));
  // the last is the document that relays read first
  const { changes } = await planOf(wanted, stored, () => true, underOtherKey);
  refuseRetyping(changes, retype);
  const { versions } = await lay(parameters, changes, keyOf, LAYING);
  const before = stored.get('password')?.version ?? 0;
  const version = versions.get('password') ?? before;
  if (version > before + 1) {
    throw new CommandFailure(
      `somebody else changed password at the same moment: version ${before + 1} is overwritten by ${version}`,
      'Look at both (aws ssm get-parameter-history), and give the other user his password again.',
    );
  }
  return version;
}
