import { DEVIATIONS } from '../../test/recorded/deviations.ts';
import { table } from './markdown.ts';

const BEGIN = '<!-- deviations: printed by `npm run docs` from test/recorded/deviations.ts -->';
const END = '<!-- /deviations -->';

/** A page with the list of deviations between its two markers made anew. Throws where the markers are not there. */
export function withDeviations(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`no markers: ${BEGIN} and ${END}`);
  const rows = DEVIATIONS.map(({ reason, recordings }) => [reason, String(recordings.length)]);
  const list = table(['what is otherwise here', 'recordings'], rows);
  return `${text.slice(0, begin)}${BEGIN}\n\n${list}\n\n${text.slice(end)}`;
}
