import type { Milter } from '../milter/milter.ts';
import { passedMilters } from '../milter/run.ts';
import { type Checked, REFUSALS } from '../smtp/catalogue.ts';
import { isEhloName } from '../smtp/ehlo.ts';
import { miltersOf, milterView, type Session } from './session.ts';

/** Phase ehlo: the client's name. Returns it as it stands in Received. */
export function ehlo(
  name: string | undefined,
  session: Session,
  milters: ReadonlyMap<string, Milter>,
): Checked<string> | Promise<Checked<string>> {
  if (name === undefined || name === '') return { refused: REFUSALS.ehloRequired() };
  if (!isEhloName(name)) return { refused: REFUSALS.ehloInvalid() };
  return passedMilters(
    name,
    miltersOf('ehlo', session, milters),
    (milter) => milter.ehlo?.(name, milterView(session)),
    REFUSALS.milterEhlo,
  );
}
