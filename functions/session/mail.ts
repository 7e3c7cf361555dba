import { type Address, parseAddress } from '../mail/address.ts';
import type { Milter } from '../milter/milter.ts';
import { passedMilters } from '../milter/run.ts';
import { type Checked, REFUSALS } from '../smtp/catalogue.ts';
import { maySendAs } from '../tables/password.ts';
import { miltersOf, milterView, type Session } from './session.ts';

/** Phase mail: the envelope sender. */
export function mail(
  from: string | undefined,
  session: Session,
  milters: ReadonlyMap<string, Milter>,
): Checked<Address> | Promise<Checked<Address>> {
  if (from === undefined || from === '') return { refused: REFUSALS.senderRequired() };
  const address = parseAddress(from);
  if (typeof address !== 'string') {
    return { refused: address.fault === 'none' ? REFUSALS.senderInvalid() : REFUSALS.senderNotAscii() };
  }
  if (session.user && !maySendAs(session.user, address)) return { refused: REFUSALS.senderNotPermitted() };
  return passedMilters(
    address,
    miltersOf('mail', session, milters),
    (milter) => milter.mail?.(address, milterView(session)),
    REFUSALS.milterMail,
  );
}
