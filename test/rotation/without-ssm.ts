import type { SsmFault } from '../doubles/ssm.ts';
import type { Build } from './build.ts';
import { queue } from './instances.ts';
import { passHardAge } from './pass-hard-age.ts';
import { type Rotation, rotate } from './rotate.ts';
import type { Run, Speed } from './run.ts';
import { passwordScenario } from './scenarios.ts';
import { PREFIX, startStage } from './stage.ts';
import { traffic } from './traffic.ts';
import { wallClock } from './wall-clock.ts';

const SERVING = 3;
/** What GetParameters meets, for a third of the time each. PutParameter works. */
const FAULTS: readonly SsmFault[] = ['throttling', 'reset', 'hang'];
/**
 * How long after SSM answers again a request may still fail, in milliseconds: a reading under way waits 1.5 s for an answer that
 * does not come, or pauses up to 2 s after it was throttled, before it asks again.
 */
const RECOVERY = 2000;

/**
 * Two passwords change under load while SSM fails for half of a minute (of as many seconds as one takes later); then it goes on
 * until the old ones are past the hard age.
 */
export async function withoutSsm(build: Build, { seconds, perSecond }: Speed): Promise<Run> {
  const clock = wallClock();
  const { now } = clock;
  // each of these holds an instance for a second while SSM fails, and here are three
  const heavy = 1.5 / perSecond;
  const [both, alone] = await Promise.all([
    passwordScenario(
      { name: 'both', title: 'a mail server that takes both passwords', share: 1 - heavy },
      ['old', 'new'],
      now,
    ),
    passwordScenario(
      { name: 'alone', title: 'a mail server that takes the new password alone', share: heavy },
      ['new'],
      now,
    ),
  ]);
  const scenarios = [both, alone];
  const stage = await startStage(build, scenarios, SERVING);
  const { ssm } = stage;
  const rotations = new Map<string, Rotation>();
  const clients = traffic(scenarios, queue(stage.instances, now), clock, { perSecond });
  try {
    const startedAt = now();
    const quarter = seconds * 250;
    clients.start();
    await clock.until(startedAt + quarter);
    const failsFrom = now();
    const failing = async () => {
      for (const [at, fault] of FAULTS.entries()) {
        ssm.failAll(fault);
        await clock.until(failsFrom + ((at + 1) / FAULTS.length) * 2 * quarter);
      }
    };
    const changing = async () => {
      await clock.until(failsFrom + quarter / 4);
      for (const scenario of scenarios)
        rotations.set(scenario.name, await rotate(scenario, PREFIX, ssm, build));
      // on a slow machine too SSM has the new ones for a while, and does not give them
      await clock.until(now() + 1000);
    };
    await Promise.all([failing(), changing()]);
    ssm.failAll(undefined);
    const answersAt = now();
    await clock.until(answersAt + RECOVERY + 1000);
    await passHardAge(clock, stage, clients, rotations, seconds);

    const { requests } = clients;
    const begun = requests.filter(({ status }) => status !== 200).map(({ begunAt }) => begunAt);
    const since = (moment: number, from: number) => ((moment - from) / 1000).toFixed(2);
    return {
      title: 'Passwords change while SSM fails',
      startedAt,
      endedAt: now(),
      scenarios,
      requests,
      heldBack: clients.heldBack(),
      rotations,
      reads: ssm.calls,
      complaints: ssm.complaints,
      unanswered: stage.unanswered(),
      goodFrom: new Map([['alone', answersAt + RECOVERY]]),
      notes: [
        `GetParameters fails from ${since(failsFrom, startedAt)} s to ${since(answersAt, startedAt)} s: ${FAULTS.join(', ')}.`,
        `The last request that failed began ${since(Math.max(...begun), answersAt)} s after SSM answered again; none may begin later than ${RECOVERY / 1000} s.`,
      ],
    };
  } finally {
    clients.stop();
    await stage.stop();
  }
}
