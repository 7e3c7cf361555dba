import { MOST_TEXT, type Row } from '../store/rows.ts';
import type { Delivery } from './delivery.ts';

/** The deliveries of a mail without a key as rows: one, or as many as it takes where the recipients are hundreds. */
export function recordRows(deliveries: readonly Delivery[], expires: number): Row[] {
  const texts: string[][] = [[]];
  let size = 0;
  for (const delivery of deliveries) {
    const text = JSON.stringify(delivery);
    size += Buffer.byteLength(text) + 1;
    if (size > MOST_TEXT - 2) {
      texts.push([]);
      size = Buffer.byteLength(text) + 1;
    }
    texts.at(-1)?.push(text);
  }
  return texts
    .filter((each) => each.length > 0)
    .map((each, at) => ({
      partition: deliveries[0]?.queueid ?? '',
      name: `all-${String(at).padStart(3, '0')}`,
      stamp: 'all',
      expires,
      text: `[${each.join(',')}]`,
    }));
}
