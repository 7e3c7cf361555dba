import { TRANSITIONS } from '../../functions/journal/transitions.ts';
import { table } from './markdown.ts';

const BEGIN = '<!-- transitions: printed by `npm run docs` from functions/journal/transitions.ts -->';
const END = '<!-- /transitions -->';

/** A page with the table of a delivery's states between its two markers made anew. Throws where the markers are not there. */
export function withTransitions(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`no markers: ${BEGIN} and ${END}`);
  const state = (name: string) => (name === 'none' ? '-' : `\`${name}\``);
  const rows = TRANSITIONS.map(({ from, event, write, to }) => [state(from), event, write, state(to)]);
  const list = table(['state', 'event', 'write', 'next'], rows);
  return `${text.slice(0, begin)}${BEGIN}\n\n${list}\n\n${text.slice(end)}`;
}
