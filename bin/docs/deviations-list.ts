import { DEVIATIONS } from '../../test/recorded/deviations.ts';
import { table } from './markdown.ts';
import { withPart } from './printed-part.ts';

/** A page with the list of deviations made anew. */
export function withDeviations(text: string): string {
  const rows = DEVIATIONS.map(({ reason, recordings }) => [reason, String(recordings.length)]);
  const part = { name: 'deviations', source: 'test/recorded/deviations.ts' };
  return withPart(text, part, table(['what is otherwise here', 'recordings'], rows));
}
