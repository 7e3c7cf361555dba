import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery } from '../../functions/journal/delivery.ts';
import type { Row } from '../../functions/store/rows.ts';

/** The deliveries that a journal's files hold while no relay runs: of each the last turn. */
export function deliveriesIn(folder: string): readonly Delivery[] {
  const newest = new Map<string, { turn: number; path: string }>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const [, name, turn] = /^(rcpt-.+)\.(\d+)\.json$/.exec(entry.name) ?? [];
    if (name === undefined) continue;
    const place = join(entry.parentPath, name);
    if ((newest.get(place)?.turn ?? 0) < Number(turn))
      newest.set(place, { turn: Number(turn), path: join(entry.parentPath, entry.name) });
  }
  return [...newest.values()].map(({ path }) => {
    const { text } = JSON.parse(readFileSync(path, 'utf8')) as Row;
    return JSON.parse(text) as Delivery;
  });
}
