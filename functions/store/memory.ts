import type { Known } from '../tables/known.ts';
import { describeKept, inForce, type Kept, keepGood } from './last-good.ts';
import { type AllDocuments, buildSnapshot, credentialVersions, type Snapshot } from './snapshot.ts';
import type { Report, TableSource } from './source.ts';

/** A source whose documents a test replaces as an editor or `haineko push` would. */
export type MemorySource = TableSource & {
  replace(documents: AllDocuments): void;
};

/** Tables and credentials from documents in memory. */
export function memorySource(
  documents: AllDocuments,
  known: Known,
  { report = () => {}, now = Date.now }: { report?: Report; now?: () => number } = {},
): MemorySource {
  let revision = 0;
  let readAt: number | null = null;
  let kept: Kept<Snapshot> | undefined;
  let ready: Promise<Snapshot>;
  const take = async (next: AllDocuments, version: string): Promise<Snapshot> => {
    kept = await keepGood(kept, () => buildSnapshot(next, known, version, kept?.good?.value), report);
    readAt = now();
    return inForce(kept);
  };
  const replace = (next: AllDocuments): void => {
    const version = String(++revision);
    // after the one before, whose good version this one may have to keep
    ready = (ready ?? Promise.resolve()).then(
      () => take(next, version),
      () => take(next, version),
    );
    // who asks for the tables gets the error; nobody asking is no defect
    ready.catch(() => {});
  };
  replace(documents);
  const credential = async (name: string) => (await ready).credentials.get(name);
  return {
    replace,
    async tables() {
      return (await ready).tables;
    },
    credential,
    refresh: credential,
    status: () => ({
      kind: 'memory',
      age: readAt === null ? null : Math.round((now() - readAt) / 1000),
      versions: { documents: String(revision), ...credentialVersions(kept?.good?.value) },
      problem: kept ? describeKept(kept) : null,
    }),
    close() {},
  };
}
