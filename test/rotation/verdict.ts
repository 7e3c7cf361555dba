import { HARD_AGE, isExcused, type Part, partsOf, type Run } from './run.ts';
import type { Secret } from './server.ts';
import type { Request } from './traffic.ts';

/** What does not hold in a run, a line each; none where all does. */
export function verdict(run: Run): readonly string[] {
  const of = (what: string, lines: readonly string[]) =>
    lines.length > 0 ? [`${what}: ${lines.length}, first ${lines[0]}`] : [];
  const told = ({ mark, instance, sentAt, status, said }: Request) =>
    `${mark} of ${instance}, sent at ${((sentAt - run.startedAt) / 1000).toFixed(2)} s: ${status} ${said}`;
  const parts = partsOf(run);
  return [
    ...of('calls that SSM would refuse', run.complaints),
    ...parts.flatMap((part) => [
      ...of(
        `${part.scenario.name}: requests that failed and need not have`,
        part.failed.filter((each) => !isExcused(part, each)).map(told),
      ),
      ...of(
        `${part.scenario.name}: requests that used the old one past the hard age`,
        part.uses
          .filter((use) => use.with === 'old')
          .map(({ request }) => request)
          .filter(({ begunAt }) => begunAt >= part.rotation.laidAt + HARD_AGE)
          .filter(({ instance }) => !run.unanswered.has(instance))
          .map(told),
      ),
      ...of(`${part.scenario.name}: mails and answers that do not fit`, unmatched(part)),
      ...of(`${part.scenario.name}: what should have happened and did not`, missing(part)),
    ]),
  ];
}

/** Mails that came twice, or without a 200; and each 200 without a mail. */
function unmatched({ scenario: { server }, requests }: Part): readonly string[] {
  const times = new Map<string, number>();
  for (const { mark } of server.mails) times.set(mark, (times.get(mark) ?? 0) + 1);
  const good = new Set(requests.filter(({ status }) => status === 200).map(({ mark }) => mark));
  return [
    ...[...times].filter(([, count]) => count > 1).map(([mark, count]) => `${mark} came ${count} times`),
    ...[...times.keys()]
      .filter((mark) => !good.has(mark))
      .map((mark) => `${mark} came, and was not answered 200`),
    ...[...good].filter((mark) => !times.has(mark)).map((mark) => `${mark} was answered 200, and never came`),
  ];
}

/** A run in which nothing was at stake proves nothing. */
function missing({ scenario, rotation, requests, failed, uses }: Part): readonly string[] {
  const { takes, server, basic } = scenario;
  const { changedAt = 0, laidAt } = rotation;
  const by = (secret: Secret) => uses.filter((use) => use.with === secret).map(({ request }) => request);
  const instances = (of: readonly Request[]) => new Set(of.map(({ instance }) => instance)).size;
  const all = instances(requests);
  const before = new Set(server.mails.filter(({ at }) => at < laidAt).map(({ connection }) => connection));
  const happened = {
    'mails by the old one before': by('old').some(({ answeredAt }) => answeredAt < laidAt),
    'mails by the new one from every instance': instances(by('new')) === all,
    'the old one refused by the server':
      takes?.includes('old') !== false || server.logins.some(({ taken, at }) => !taken && at >= changedAt),
    'the old password refused by every instance':
      !basic || instances(failed.filter(({ given }) => given === 'old')) === all,
    'mails on kept connections of the old one after T1':
      !takes?.includes('old') || server.mails.some((each) => each.at > laidAt && before.has(each.connection)),
  };
  return Object.entries(happened).flatMap(([what, did]) => (did ? [] : [what]));
}
