import type { Known } from '../tables/known.ts';
import { describeKept, inForce, type Kept, keepGood, newestAt } from './last-good.ts';
import { type AllDocuments, buildSnapshot, credentialVersions, type Snapshot } from './snapshot.ts';
import { ageOf, type Report, type TableSource } from './source.ts';

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
  let kept: Kept<Snapshot> | undefined;
  let ready: Promise<Snapshot>;
  let pending = 0;
  const take = async (next: AllDocuments, version: string): Promise<Snapshot> => {
    kept = await keepGood(kept, () => buildSnapshot(next, known, version, kept?.good?.value), report, now());
    return inForce(kept);
  };
  const replace = (next: AllDocuments): void => {
    const version = String(++revision);
    // after the one before, whose good version this one may have to keep
    ready = (ready ?? Promise.resolve()).then(
      () => take(next, version),
      () => take(next, version),
    );
    pending += 1;
    const done = () => {
      pending -= 1;
    };
    // who asks for the tables gets the error; nobody asking is no defect
    ready.then(done, done);
  };
  replace(documents);
  // nothing newer can be anywhere else
  const age = () => ageOf(kept && newestAt(kept, now()), now());
  const credential = async (name: string) => (await ready).credentials.get(name);
  return {
    replace,
    async tables() {
      // at once where they are there: then inTime() makes no timer
      return (kept && pending === 0 ? inForce(kept) : await ready).tables;
    },
    credential,
    refresh: credential,
    newest: (held) =>
      ready.then(
        ({ tables }) => tables,
        () => held,
      ),
    age,
    status: () => ({
      kind: 'memory',
      age: age(),
      versions: { documents: String(revision), ...credentialVersions(kept?.good?.value) },
      problem: kept ? describeKept(kept) : null,
    }),
    close() {},
  };
}
