import { describe, expect, test } from 'vitest';
import { outcomeUnder } from './expectations.ts';
import { FAULTS } from './peer.ts';
import { suffer } from './subject.ts';
import { subjects } from './subjects.ts';

describe.each(subjects.map((each) => [each.name, each] as const))('%s', (_name, subject) => {
  const faults = FAULTS.filter((fault) => !subject.without.includes(fault));

  test.each(faults)('send() answers honestly under: %s', async (fault) => {
    const { reply, accepted } = await suffer(subject, fault);
    expect(reply).toMatchObject(outcomeUnder(fault));
    // no cell has two, none has `accepted` without one, and who is told to send again finds none there
    expect(accepted).toBeLessThanOrEqual(1);
    if (reply.outcome === 'accepted') expect(accepted).toBe(1);
    if (reply.outcome === 'deferred' || reply.outcome === 'rejected') expect(accepted).toBe(0);
  });
});
