import { isDeepStrictEqual } from 'node:util';
import { readDocument } from '../../functions/tables/document.ts';
import { CommandFailure } from '../command.ts';
import { storedDocuments } from '../stage/documents.ts';
import type { PastVersion, StageParameters, Stored } from '../stage/parameters.ts';

/** The newest version of a credential that says something else than the one in force. */
export async function credentialBefore(name: string, parameters: StageParameters): Promise<PastVersion> {
  const versions = [...(await parameters.history(`authinfo/${name}`))].reverse();
  const [now, ...older] = versions;
  const before = older.find(({ value }) => value !== now?.value);
  if (before) return before;
  throw new CommandFailure(`authinfo/${name} has no other version to go back to`, 'Nothing was changed.');
}

/** A user's entry as it was before it became the one in force, and the version of the table that had it. */
export async function entryBefore(
  user: string,
  now: unknown,
  parameters: StageParameters,
  stored: ReadonlyMap<string, Stored>,
): Promise<{ readonly entry: unknown; readonly version: number }> {
  const versions = [...(await parameters.history('password'))].reverse();
  for (const { value, version, modified } of versions) {
    const then = new Map(stored).set('password', {
      name: 'password',
      type: 'SecureString',
      value,
      version,
      modified,
    });
    const { documents } = await storedDocuments(then);
    const entry: unknown = Object(documents.password ?? {})[user];
    if (entry !== undefined && !isDeepStrictEqual(entry, now)) return { entry, version };
  }
  throw new CommandFailure(
    `password has no other entry of ${user} in any version that is still there`,
    'Nothing was changed.',
  );
}

/** A credential's document, for what is kept of it; {} where it cannot be read. */
export async function credentialDocument(
  name: string,
  stored: ReadonlyMap<string, Stored>,
): Promise<unknown> {
  const text = stored.get(`authinfo/${name}`)?.value;
  return text === undefined ? undefined : readDocument(`authinfo/${name}`, text);
}
