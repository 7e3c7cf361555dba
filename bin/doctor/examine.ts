import { inTime } from '../../functions/relay/in-time.ts';
import { couldNot, late } from './could-not.ts';
import { type Check, type Finding, note, type Said } from './finding.ts';
import type { DoctorWorld } from './world.ts';

type Looked = { readonly check: Check; readonly said: readonly Said[] } | { check: Check; error: unknown };

/** Runs all checks beside each other, each with its time. Never rejects: what a check throws is a finding. */
export async function examine(checks: readonly Check[], world: DoctorWorld): Promise<readonly Finding[]> {
  const looked = await Promise.all(checks.map((check) => lookInTime(check, world)));
  const told = new Map<unknown, string>();
  return looked.flatMap((each) => {
    const { name } = each.check;
    const said = 'said' in each ? each.said : [failureOf(each.error, each.check, told)];
    return said.map((one) => ({ check: name, ...one }));
  });
}

async function lookInTime(check: Check, world: DoctorWorld): Promise<Looked> {
  try {
    return { check, said: await inTime(check.look(world), world.limit, () => late(world.limit)) };
  } catch (error) {
    return { check, error };
  }
}

/** Several checks need the same reading: the first one tells why it failed, the others tell of that one. */
function failureOf(error: unknown, { name, essential }: Check, told: Map<unknown, string>): Said {
  const teller = told.get(error);
  if (teller !== undefined) return note(`not looked at: it needs what '${teller}' could not read`);
  told.set(error, name);
  const said = couldNot(error);
  return essential ? { ...said, level: 'error' } : said;
}
