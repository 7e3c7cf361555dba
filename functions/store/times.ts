/** How old tables in SSM may get, and how long anybody waits for newer ones. Milliseconds. */
export type Times = {
  /** From this age on (jittered, so that a thousand instances do not ask at once) they are read anew beside a request. */
  readonly soft: number;
  /** From this age on a request waits for the reading. */
  readonly hard: number;
  /** ... so long, where older ones are at hand. */
  readonly wait: number;
  /** A reading is given up after so long; one begun longer ago was frozen with its Lambda, and counts as dead. */
  readonly dead: number;
  /** After a failed reading, where older tables serve: no other for so long (jittered). */
  readonly rest: number;
  /** ... and where there are none. */
  readonly coldRest: number;
  /** One attempt of a call, the connection included: three of them and their pauses fit into `dead`. */
  readonly attempt: number;
  /** What INIT may spend. */
  readonly prefetch: number;
  /** A refused credential is read anew at most so often. */
  readonly refused: number;
  /** ... but for so long after its first refusal, while somebody may be changing it, ... */
  readonly rotation: number;
  /** ... so often: who is refused sooner waits for the next reading. */
  readonly rotationPace: number;
  /** For wrong passwords, which anybody may send, the tables are read anew at most so often. */
  readonly wrongPassword: number;
  /** A connection idle for longer (wall clock) is not used again: it may have died while we were frozen. */
  readonly idle: number;
};

export const TIMES: Times = {
  soft: 45_000,
  hard: 60_000,
  wait: 1_000,
  dead: 5_000,
  rest: 5_000,
  coldRest: 1_000,
  attempt: 1_500,
  prefetch: 3_000,
  refused: 5_000,
  rotation: 30_000,
  rotationPace: 1_000,
  wrongPassword: 10_000,
  idle: 10_000,
};

/** The wall clock and chance, as tests may set them. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 to 1. */
  random(): number;
};

/** Whether a moment lies less than `ms` back. A moment in the future (the clock was set back) does not. */
export function isWithin(clock: Clock, moment: number, ms: number): boolean {
  const age = clock.now() - moment;
  return age >= 0 && age < ms;
}

/** A time, 20 percent shorter to 20 percent longer. */
export function jittered(clock: Clock, ms: number): number {
  return ms * (0.8 + 0.4 * clock.random());
}
