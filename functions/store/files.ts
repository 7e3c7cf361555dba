import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Known } from '../tables/known.ts';
import { DOCUMENTS } from '../tables/tables.ts';
import { describeKept, inForce, type Kept, keepGood, newestAt } from './last-good.ts';
import { readTexts } from './read-texts.ts';
import { buildSnapshot, credentialVersions, type Snapshot } from './snapshot.ts';
import { ageOf, type Report, SourceUnavailable, type TableSource } from './source.ts';
import { type FileTexts, readAtRest, sameStamps, stampFiles, timeOf } from './table-files.ts';

export type FileSourceOptions = {
  readonly report?: Report;
  /** Another place of `password`, as HAINEKO_AUTH names it. */
  readonly passwordFile?: string;
  /** The files are looked at when used, and not again for so many milliseconds. */
  readonly checkEvery?: number;
  /** A changed file must rest for so many milliseconds before it is taken. */
  readonly settle?: number;
  readonly now?: () => number;
};

/** Tables and credentials from the files of a directory; a changed file takes effect at the next request. */
export function fileSource(directory: string, known: Known, options: FileSourceOptions = {}): TableSource {
  const { report = () => {}, passwordFile, checkEvery = 1000, settle = 50, now = Date.now } = options;
  const paths = new Map([...DOCUMENTS, 'authinfo'].map((name) => [name, join(directory, name)]));
  if (passwordFile) paths.set('password', passwordFile);
  let files: FileTexts | undefined;
  let kept: Kept<Snapshot> | undefined;
  let trouble: SourceUnavailable | undefined;
  let checkedAt: number | undefined;
  /** The newest look that told what the files hold. */
  let lookedAt: number | undefined;
  let checking: Promise<void> | undefined;

  async function look(): Promise<void> {
    await access(directory).catch((cause: Error) => {
      throw new SourceUnavailable(`cannot read ${directory}: ${cause.message}`, { cause });
    });
    if (files && sameStamps(files.stamps, await stampFiles(paths))) return;
    const next = await readAtRest(paths, files, settle);
    const build = async () => {
      const version = timeOf(next.stamps.get('authinfo') ?? '');
      return buildSnapshot(await readTexts(next.texts), known, version, kept?.good?.value);
    };
    kept = await keepGood(kept, build, report, lookedAt);
    files = next;
  }

  function check(): Promise<void> {
    const begunAt = now();
    checking ??= look()
      .then(
        () => {
          lookedAt = begunAt;
          trouble = undefined;
        },
        (error: unknown) => {
          if (!(error instanceof SourceUnavailable)) throw error;
          if (error.message !== trouble?.message) report(error.message);
          trouble = error;
        },
      )
      .finally(() => {
        checkedAt = now();
        checking = undefined;
      });
    return checking;
  }

  /** Of what is in memory: without a turn of the microtasks, so that inTime() makes no timer. */
  async function current<T>(part: (snapshot: Snapshot) => T): Promise<T> {
    const age = checkedAt === undefined ? Number.POSITIVE_INFINITY : now() - checkedAt;
    if (checking || age >= checkEvery || age < 0) await check();
    if (kept) return part(inForce(kept));
    throw trouble ?? new SourceUnavailable(`cannot read ${directory}`);
  }

  const tables = () => current((snapshot) => snapshot.tables);
  const credential = (name: string) => current(({ credentials }) => credentials.get(name));
  const age = () => ageOf(kept && newestAt(kept, lookedAt), now());

  return {
    tables,
    credential,
    async refresh(name) {
      await check();
      return credential(name);
    },
    newest: (held) =>
      check()
        .then(tables)
        .catch(() => held),
    age,
    status: () => ({
      kind: 'file',
      age: age(),
      versions: {
        ...Object.fromEntries([...(files?.stamps ?? [])].map(([name, stamp]) => [name, timeOf(stamp)])),
        ...credentialVersions(kept?.good?.value),
      },
      problem: trouble?.message ?? (kept ? describeKept(kept) : null),
    }),
    close() {},
  };
}
