import { TRANSITIONS } from '../../functions/journal/transitions.ts';
import { table } from './markdown.ts';
import { withPart } from './printed-part.ts';

/** A page with the table of a delivery's states made anew. */
export function withTransitions(text: string): string {
  const state = (name: string) => (name === 'none' ? '-' : `\`${name}\``);
  const rows = TRANSITIONS.map(({ from, event, write, to }) => [state(from), event, write, state(to)]);
  const part = { name: 'transitions', source: 'functions/journal/transitions.ts' };
  return withPart(text, part, table(['state', 'event', 'write', 'next'], rows));
}
