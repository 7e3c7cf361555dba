import type { Finding, Level, Subject } from './finding.ts';
import type { Seen } from './seen.ts';

/** One line of a list of rules: what is looked for in a subject, and why it matters. */
export type Rule<S extends Subject> = {
  readonly id: string;
  readonly level: Level;
  /** The key below the subject's path that it is about. */
  readonly key?: string;
  readonly when: (subject: S, seen: Seen) => boolean;
  readonly why: string | ((subject: S, seen: Seen) => string);
};

/** What the rules find in subjects. */
export function findBy<S extends Subject>(
  rules: readonly Rule<S>[],
  subjects: readonly S[],
  seen: Seen,
): Finding[] {
  return subjects.flatMap((subject) =>
    rules
      .filter(({ when }) => when(subject, seen))
      .map(({ id, level, key = '', why }) => ({
        id,
        level,
        table: subject.table,
        path: [subject.path, key].filter((each) => each !== '').join('.'),
        why: typeof why === 'string' ? why : why(subject, seen),
      })),
  );
}
