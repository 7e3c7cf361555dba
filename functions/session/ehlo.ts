import type { Milter } from '../milter/milter.ts';
import { refusedByMilter } from '../milter/run.ts';
import { type Checked, REFUSALS } from '../smtp/catalogue.ts';
import { isEhloName } from '../smtp/ehlo.ts';
import { miltersOf, milterView, type Session } from './session.ts';

/** Phase ehlo: the client's name. Returns it as it stands in Received. */
export async function ehlo(
  name: string | undefined,
  session: Session,
  milters: ReadonlyMap<string, Milter>,
): Promise<Checked<string>> {
  if (name === undefined || name === '') return { refused: REFUSALS.ehloRequired() };
  if (!isEhloName(name)) return { refused: REFUSALS.ehloInvalid() };
  const refused = await refusedByMilter(
    miltersOf('ehlo', session, milters),
    (milter) => milter.ehlo?.(name, milterView(session)),
    REFUSALS.milterEhlo,
  );
  return refused ? { refused } : { value: name };
}
