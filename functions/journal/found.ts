import type { Row } from '../store/rows.ts';
import type { Delivery } from './delivery.ts';
import { claim } from './transitions.ts';
import { InFlight, OVER, type Writing } from './writing.ts';

/** A delivery as it was found. */
export type Found = { readonly name: string; readonly delivery: Delivery; readonly stamp: string };

/** The deliveries of a queueid; those that died in the act are settled, as unknown. Rejects with InFlight. */
export async function foundDeliveries(
  queueid: string,
  { rows, owner, now, expires, remembered }: Writing,
): Promise<Found[]> {
  const one = async (row: Row): Promise<Found> => {
    const delivery = JSON.parse(row.text) as Delivery;
    const { next, held } = claim(delivery, { owner, until: OVER }, now());
    if (held) throw new InFlight();
    const dead = delivery.state === 'committing' ? next : undefined;
    // a key that outlives what became of its mail would send it again
    if (!dead && row.expires >= remembered) return { name: row.name, delivery, stamp: row.stamp };
    const stamp = `${owner}.found`;
    const text = JSON.stringify(dead ?? delivery);
    if (!(await rows.replace({ ...row, stamp, text, expires: expires() }, row.stamp))) throw new InFlight();
    return { name: row.name, delivery: dead ?? delivery, stamp };
  };
  const found = await Promise.all((await rows.list(queueid)).map(one));
  return found.sort((first, second) => first.delivery.index - second.delivery.index);
}
