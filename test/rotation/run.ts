import type { Rotation } from './rotate.ts';
import type { Scenario } from './scenarios.ts';
import type { Secret } from './server.ts';
import type { Request } from './traffic.ts';

/** No relay may use anything older while SSM answers: milliseconds. Not read from the relay, which is what is tried here. */
export const HARD_AGE = 60_000;

/** How a run goes: how many seconds a minute takes, once secrets are changed, and how many requests a second it has. */
export type Speed = { readonly seconds: number; readonly perSecond: number };

/** What happened in a run. Moments of its clock. */
export type Run = {
  readonly title: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly scenarios: readonly Scenario[];
  readonly requests: readonly Request[];
  /** How many were not sent, since the machine is too slow for them. */
  readonly heldBack: number;
  readonly rotations: ReadonlyMap<string, Rotation>;
  /** The parameters that each GetParameters call asked for. */
  readonly reads: readonly (readonly string[])[];
  /** Instances that past the hard age went on with what they had, since SSM did not answer them in time, as their log says. */
  readonly unanswered: ReadonlySet<string>;
  /** What the real SSM would have refused. */
  readonly complaints: readonly string[];
  /** From when on no request of a scenario may fail, as far as it says: T1 where it does not. */
  readonly goodFrom: ReadonlyMap<string, number>;
  /** What else is to be told. */
  readonly notes: readonly string[];
};

/** What a request used: a secret by which the relay got in, or let in. */
export type Use = { readonly request: Request; readonly with: Secret };

/** A run as one scenario sees it. */
export type Part = {
  readonly scenario: Scenario;
  readonly rotation: Rotation;
  /** From then on no request may fail. */
  readonly goodFrom: number;
  readonly requests: readonly Request[];
  readonly failed: readonly Request[];
  /** Those whose mail was taken, in the order in which they began. */
  readonly uses: readonly Use[];
};

/** The parts of a run; throws where a scenario was not rotated. */
export function partsOf({ scenarios, requests, rotations, goodFrom }: Run): readonly Part[] {
  return scenarios.map((scenario) => {
    const { name, server } = scenario;
    const rotation = rotations.get(name);
    if (!rotation) throw new Error(`${name} was not rotated`);
    const own = requests.filter((each) => each.scenario === name);
    const secretOf = new Map(server.mails.map((mail) => [mail.mark, mail.with]));
    const uses = own.flatMap((request) => {
      const used = secretOf.get(request.mark);
      return used ? [{ request, with: request.given ?? used }] : [];
    });
    return {
      scenario,
      rotation,
      goodFrom: goodFrom.get(name) ?? rotation.laidAt,
      requests: own,
      failed: own.filter(({ status }) => status !== 200),
      uses: uses.sort((one, other) => one.request.begunAt - other.request.begunAt),
    };
  });
}

/**
 * Whether it could not have gone through: the server took the new secret alone, and SSM did not have it (or did not answer);
 * or a user came with the old password, and it was changed.
 */
export function isExcused({ scenario, rotation, goodFrom }: Part, request: Request): boolean {
  const { changedAt = Number.POSITIVE_INFINITY, laidAt } = rotation;
  if (scenario.basic) {
    return request.given === 'old' && request.answeredAt >= laidAt && request.status === 401;
  }
  if (scenario.takes?.includes('old')) return false;
  const deferred = request.status === 503 && request.said.startsWith('deferred ');
  return deferred && request.answeredAt >= changedAt && request.begunAt < goodFrom;
}
