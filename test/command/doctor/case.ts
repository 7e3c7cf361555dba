import { expect } from 'vitest';
import { type Found, type Patient, patient, SECRETS } from './patient.ts';

/** One thing that is wrong, and the finding that tells of it. */
export type Case = {
  readonly title: string;
  /** Makes the stage ill. */
  readonly spoil: (stage: Patient) => void;
  readonly args?: readonly string[];
  /** It changes what other checks look at. */
  readonly alone?: true;
  readonly check: string;
  readonly level: Found['level'];
  /** A part of it. */
  readonly what: string | RegExp;
  readonly fix?: string;
};

/** Cases that one stage can have at once: a process takes a third of a second. */
export type Batch = { readonly title: string; readonly cases: readonly Case[] };

/** Puts together what does not meet: at most one case of each check. */
export function batches(cases: readonly Case[]): readonly Batch[] {
  const batched: Case[][] = [];
  for (const each of cases) {
    const { check, alone, args } = each;
    const apart = alone === true || args !== undefined;
    const open = apart
      ? undefined
      : batched.find((batch) =>
          batch.every((other) => other.check !== check && !other.alone && other.args === undefined),
        );
    if (open) open.push(each);
    else batched.push([each]);
  }
  return batched.map((batch) => ({ title: batch.map(({ title }) => title).join('; '), cases: batch }));
}

/** Holds that each finding comes once, that the exit status goes by the findings, and that nothing secret is told. */
export async function tellsOfAll({ cases }: Batch): Promise<void> {
  const stage = await patient();
  try {
    for (const { spoil } of cases) spoil(stage);
    const ended = await stage.doctor([...cases.flatMap(({ args = [] }) => args), '--json']);
    const found = ended.json() as Found[];
    for (const { title, check, level, what, fix } of cases) {
      const says = (text: string) => (typeof what === 'string' ? text.includes(what) : what.test(text));
      const own = found.filter((each) => each.check === check && says(each.what));
      expect(own, `${title}: ${JSON.stringify(found, null, 1)}`).toMatchObject([
        { level, ...(fix !== undefined && { fix: expect.stringContaining(fix) }) },
      ]);
    }
    expect(ended.status).toBe(found.some((each) => each.level === 'error') ? 1 : 0);
    expect(ended.stderr).toBe('');
    for (const secret of SECRETS) expect(ended.stdout).not.toContain(secret);
  } finally {
    await stage.stop();
  }
}
