import { HARD_AGE, isExcused, type Part, partsOf, type Run } from './run.ts';
import { verdict } from './verdict.ts';

/** Counts, then what the server's log says, then what the answers of the relay say. */
const COLUMNS = [
  ['', ''],
  ['', 'requests'],
  ['failed', 'before T1'],
  ['failed', 'after T1'],
  ['old one', 'refused'],
  ['failed', 'wrongly'],
  ['reads of', 'SSM'],
  ['server:', 'T0'],
  ['first new', 'login'],
  ['last old', 'mail'],
  ['relay:', 'T1'],
  ['first new', '200'],
  ['last old', 'used'],
  ['hard age', 'ends'],
] as const;

/** A run as a plain table, both clocks in seconds since its start, and what does not hold. */
export function report(run: Run): string {
  const parts = partsOf(run);
  const at = (moment: number | undefined) =>
    moment === undefined ? '-' : ((moment - run.startedAt) / 1000).toFixed(2);
  const problems = verdict(run);
  const waits = run.requests.map(({ sentAt, begunAt }) => begunAt - sentAt);
  return [
    `${run.title}: ${run.requests.length} requests in ${at(run.endedAt)} s, ${run.reads.length} calls of GetParameters`,
    '',
    ...parts.map(({ scenario: { name, title, parameter } }) => `  ${name.padEnd(8)}  ${title}: ${parameter}`),
    '',
    ...table(
      COLUMNS.map(([of]) => of),
      COLUMNS.map(([, column]) => column),
      ...parts.map((part) => rowOf(part, run, at)),
    ),
    '',
    'T0: the server changed what it takes. T1: SSM had the new one. Seconds since the start; a request counts by when it began.',
    ...run.notes,
    ...(run.heldBack > 0
      ? [`${run.heldBack} requests were not sent: this machine is too slow for them.`]
      : []),
    ...[...run.unanswered].map((each) => `SSM did not answer ${each} within its second past the hard age.`),
    `The longest wait for a free instance: ${(Math.max(...waits) / 1000).toFixed(2)} s.`,
    ...(problems.length === 0 ? ['All holds.'] : problems.map((each) => `DOES NOT HOLD: ${each}`)),
    '',
  ].join('\n');
}

/** A row below COLUMNS. */
function rowOf(part: Part, run: Run, at: (moment: number | undefined) => string): readonly string[] {
  const { scenario, rotation, requests, failed, uses } = part;
  const { server, basic, name, parameter } = scenario;
  const isOldRefused = ({ given, status }: (typeof failed)[number]) => given === 'old' && status === 401;
  const others = failed.filter((each) => !isOldRefused(each));
  const reads = run.reads.filter((names) => names.some((each) => each.endsWith(`/${parameter}`)));
  const by = (secret: string) => uses.filter((use) => use.with === secret).map(({ request }) => request);
  // of a user's password the server knows nothing
  const newLogin = server.logins.find((each) => each.with === 'new' && each.taken)?.at;
  const oldMail = basic ? undefined : server.mails.findLast((mail) => mail.with === 'old')?.at;
  return [
    name,
    requests.length,
    others.filter(({ begunAt }) => begunAt < rotation.laidAt).length,
    others.filter(({ begunAt }) => begunAt >= rotation.laidAt).length,
    failed.filter(isOldRefused).length,
    failed.filter((each) => !isExcused(part, each)).length,
    reads.length,
    ...[rotation.changedAt, newLogin, oldMail].map(at),
    at(rotation.laidAt),
    at(earliest(by('new').map(({ answeredAt }) => answeredAt))),
    at(by('old').at(-1)?.begunAt),
    at(rotation.laidAt + HARD_AGE),
  ].map(String);
}

function earliest(moments: readonly number[]): number | undefined {
  return moments.length > 0 ? Math.min(...moments) : undefined;
}

/** Columns as wide as they must be: the first to the left, numbers to the right. */
function table(...rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[1]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    widths
      .map((width, column) => (row[column] ?? '')[column === 0 ? 'padEnd' : 'padStart'](width))
      .join('  ')
      .trimEnd(),
  );
}
