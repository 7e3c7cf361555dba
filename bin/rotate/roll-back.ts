import { parseCredential } from '../../functions/tables/authinfo.ts';
import { ConfigError, collect } from '../../functions/tables/config-error.ts';
import { readDocument } from '../../functions/tables/document.ts';
import { parsePassword } from '../../functions/tables/password.ts';
import { CommandFailure } from '../command.ts';
import { storedDocuments } from '../stage/documents.ts';
import type { PastVersion, StageParameters, Stored } from '../stage/parameters.ts';
import { tell } from '../terminal/tell.ts';

/**
 * The newest version of a credential that says something else than the one in force, and that the relay can read. Where it
 * is not the one right before, stderr tells which it is.
 */
export async function credentialBefore(name: string, parameters: StageParameters): Promise<PastVersion> {
  const full = `authinfo/${name}`;
  const versions = [...(await parameters.history(full))].reverse();
  const [now, ...older] = versions;
  const others = older.filter(({ value }) => value !== now?.value);
  if (others.length === 0)
    throw new CommandFailure(`${full} has no other version to go back to`, 'Nothing was changed.');
  const unreadable: number[] = [];
  for (const version of others) {
    if (!(await isReadable(name, version.value))) unreadable.push(version.version);
    else {
      if (unreadable.length > 0)
        tell(process, `${full}: back to version ${version.version}; not readable: ${unreadable.join(', ')}`);
      return version;
    }
  }
  throw new CommandFailure(
    `${full} has no version to go back to that the relay can read (not readable: ${unreadable.join(', ')})`,
    'Nothing was changed. --document lays a whole one.',
  );
}

async function isReadable(name: string, text: string): Promise<boolean> {
  try {
    parseCredential(name, await readDocument(`authinfo/${name}`, text));
    return true;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return false;
  }
}

/** A user's hash before the one in force, and which version of the table had it. Rights may have changed since, and are not looked at. */
export async function hashBefore(
  user: string,
  now: unknown,
  parameters: StageParameters,
  stored: ReadonlyMap<string, Stored>,
): Promise<Pick<PastVersion, 'version' | 'modified'> & { readonly hash: string }> {
  const versions = [...(await parameters.history('password'))].reverse();
  for (const { value, version, modified } of versions) {
    const parameter = { name: 'password', type: 'SecureString' as const, value, version, modified };
    const { documents } = await storedDocuments(new Map(stored).set('password', parameter));
    const hash = hashOf(Object(documents.password ?? {})[user]);
    const readable = collect([], () => parsePassword({ [user]: hash })) !== undefined;
    if (hash !== undefined && readable && hash !== hashOf(now)) return { hash, version, modified };
  }
  throw new CommandFailure(
    `password has no other password of ${user} in any version that is still there`,
    'Nothing was changed.',
  );
}

function hashOf(entry: unknown): string | undefined {
  const hash: unknown = typeof entry === 'object' && entry !== null ? Object(entry).password : entry;
  return typeof hash === 'string' ? hash : undefined;
}

/**
 * A credential's document, for what is kept of it; undefined where there is none. Where it cannot be read, the error of it:
 * a whole new one can be laid in its place all the same.
 */
export async function credentialDocument(
  name: string,
  stored: ReadonlyMap<string, Stored>,
): Promise<unknown> {
  const text = stored.get(`authinfo/${name}`)?.value;
  try {
    return text === undefined ? undefined : await readDocument(`authinfo/${name}`, text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error;
  }
}
