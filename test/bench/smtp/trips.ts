import { kept } from '../../../functions/relay/esmtp/kept.ts';
import { type AppKeys, appTo, submitBy } from './app.ts';
import { startDelayLine } from './delay-line.ts';
import { SUBMITTED } from './mail.ts';

/** Long against all that is computed meanwhile: what a client says in one go is not parted by an answer. */
const ROUND_TRIP = 40;

/**
 * Counts, for one mail after another, how often the client waited for the server, on the raw octets of the wire: each flight
 * of the server's after which the client goes on or is done. Under TLS too: tickets come with the answer that is waited for.
 * TCP's own handshake (which is no octets) and QUIT are not counted. The first mail is sent on a new connection, the others on
 * that one.
 */
export async function tripsOf(port: number, mails: number, keys: AppKeys = {}): Promise<number[]> {
  let flights = 0;
  let last: 'said' | 'heard' = 'said';
  const line = await startDelayLine(port, ROUND_TRIP, (what) => {
    if (what === 'heard' && last === 'said') flights += 1;
    last = what;
  });
  try {
    const app = appTo(line.port, keys);
    const counted: number[] = [];
    for (let mail = 0; mail < mails; mail++) {
      const before = flights;
      await submitBy(app, SUBMITTED);
      counted.push(flights - before);
    }
    return counted;
  } finally {
    await kept.closeAll();
    line.close();
  }
}
