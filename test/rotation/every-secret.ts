import type { Build } from './build.ts';
import { queue } from './instances.ts';
import { passHardAge } from './pass-hard-age.ts';
import { type Rotation, rotate } from './rotate.ts';
import type { Run, Speed } from './run.ts';
import { keyScenario, passwordScenario, userScenario } from './scenarios.ts';
import { PREFIX, startStage } from './stage.ts';
import { traffic } from './traffic.ts';
import { wallClock } from './wall-clock.ts';

const SERVING = 3;
/** Instances that stand still, as those without a request do, from before the changes until past the hard age. */
const IDLE = 2;

/** Four secrets change one after another, under load; then it goes on until the old ones are past the hard age. */
export async function everySecret(build: Build, { seconds, perSecond }: Speed): Promise<Run> {
  const clock = wallClock();
  const { now } = clock;
  const [password, key, user, kept] = await Promise.all([
    passwordScenario(
      { name: 'password', title: 'a mail server that takes the new password alone', share: 0.2 },
      ['new'],
      now,
    ),
    // long enough that each instance is refused more than once, and waits
    keyScenario(
      { name: 'key', title: 'an HTTPS API that takes the new key alone', share: 0.2, typing: 1500 },
      now,
    ),
    userScenario({ name: 'user', title: "a user's password (Basic)", share: 0.3 }, now),
    passwordScenario(
      { name: 'kept', title: 'a mail server that takes both passwords, connections kept', share: 0.3 },
      ['old', 'new'],
      now,
    ),
  ]);
  const scenarios = [password, key, user, kept];
  const stage = await startStage(build, scenarios, SERVING + IDLE);
  const rotations = new Map<string, Rotation>();
  const serving = queue(stage.instances.slice(0, SERVING), now);
  const idle = stage.instances.slice(SERVING);
  const each = stage.instances.map((instance) => queue([instance], now));
  const givenBy = () => (rotations.has('user') ? 'new' : 'old');
  const clients = traffic(scenarios, serving, clock, { perSecond, givenBy });
  try {
    for (const one of each.slice(SERVING))
      for (const scenario of scenarios) await clients.send(scenario, one);
    for (const { lambda } of idle) lambda.freeze();

    const startedAt = now();
    const pause = seconds * 125;
    clients.start();
    await clock.until(startedAt + pause);
    for (const scenario of scenarios) {
      rotations.set(scenario.name, await rotate(scenario, PREFIX, stage.ssm, build));
      await clock.until(now() + pause / 4);
    }
    await passHardAge(clock, stage, clients, rotations, seconds);

    for (const { lambda } of idle) lambda.thaw();
    // by its first request an instance shows what it held while it stood still: one by a mail, one by a password
    const [mailed, asked] = each.slice(SERVING);
    await Promise.all([clients.send(kept, mailed), clients.send(user, asked, 'old')]);
    for (const one of each) {
      await clients.send(user, one, 'old');
      for (const scenario of scenarios) await clients.send(scenario, one);
    }
    return {
      title: 'Every secret changes',
      startedAt,
      endedAt: now(),
      scenarios,
      requests: clients.requests,
      heldBack: clients.heldBack(),
      rotations,
      reads: stage.ssm.calls,
      complaints: stage.ssm.complaints,
      unanswered: stage.unanswered(),
      goodFrom: new Map(),
      notes: [
        `${SERVING} instances have the requests; ${IDLE} stand still from before the changes until after the hard age.`,
      ],
    };
  } finally {
    clients.stop();
    await stage.stop();
  }
}
