import type { Route } from '../tables/route-entry.ts';
import { ANSWER_RESERVE, type Wire } from './relay.ts';

/** How long a try may still take. */
export type TimeLeft = {
  /** Whole milliseconds until the route's timeout or the request's deadline, whichever is first. */
  ms(): number;
  /** Milliseconds in which a mail may still be handed over, so that its answer has time; negative: too late. */
  spare(): number;
  /** Whether a reply to the final dot would have the time that it must have. */
  enoughForAnswer(): boolean;
};

/** Starts a try's clock: it ends `timeout` seconds from now, and never after the request's deadline. */
export function timeLeft(route: Route, wire: Pick<Wire, 'now' | 'deadline' | 'answerReserve'>): TimeLeft {
  const timeout = route.timeout * 1000;
  const end = wire.now() + timeout;
  const reserve = wire.answerReserve ?? ANSWER_RESERVE;
  // a route with a short timeout keeps half of it for the answer: it could never send otherwise
  const spare = () =>
    Math.min(wire.deadline - wire.now() - reserve, end - wire.now() - Math.min(reserve, timeout / 2));
  return {
    // a clock that was set back meanwhile must not make it longer; whole, since node:dns throws at a fraction
    ms: () => Math.max(Math.floor(Math.min(Math.min(end, wire.deadline) - wire.now(), timeout)), 0),
    spare: () => Math.floor(Math.min(spare(), timeout)),
    enoughForAnswer: () => spare() >= 0,
  };
}
