import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEVIATIONS } from './deviations.ts';
import { comparable, recordings } from './recording.ts';
import { replay } from './replay.ts';
import { type SecondHaineko, startSecondHaineko } from './second-haineko.ts';
import { type Smarthosts, startSmarthosts } from './smarthosts.ts';

const all = recordings();
const listed = new Map(
  DEVIATIONS.flatMap(({ reason, recordings: names }) => names.map((name) => [name, reason])),
);
let smarthosts: Smarthosts;
let second: SecondHaineko;
beforeAll(async () => {
  smarthosts = await startSmarthosts();
  second = await startSecondHaineko(smarthosts.ports.get(10025));
});
afterAll(async () => {
  await second.close();
  await smarthosts.close();
});

describe.concurrent('the local server in the 0.2.17 format answers as Haineko 0.2.17 did', () => {
  // expect of the test itself: they run side by side, and snapshots are by test
  const rows = all.map((each) => [`${each.group}: ${each.name}`, each] as const);
  test.for(rows)('%s', async ([name, recording], { expect }) => {
    const { status, json, text } = recording.answer;
    const theirs = comparable(status, json, text);
    const ours = await replay(recording, new Map([...smarthosts.ports, ...second.ports]));
    const reason = listed.get(name);
    if (reason === undefined) expect(ours, 'an unlisted deviation').toEqual(theirs);
    else {
      expect(ours, `no longer deviates: ${reason}`).not.toEqual(theirs);
      // what it is instead, held as exactly
      expect(ours).toMatchSnapshot();
    }
  });

  test('every listed deviation names a recording, once', () => {
    const names = new Set(all.map(({ group, name }) => `${group}: ${name}`));
    const given = DEVIATIONS.flatMap(({ recordings: each }) => each);
    expect(given.filter((name) => !names.has(name))).toEqual([]);
    expect(new Set(given).size).toBe(given.length);
  });
});
