import type { Milter } from './milter.ts';

/** A milter that rewrites: marks the subject, and ends the text with a mew. */
export const nyaa: Milter = {
  name: 'Nyaa',
  description: 'Puts "[nyaa]" before the subject and "Nyaa." after the text: a model for rewriting.',
  head(header) {
    const subject = header.get('subject') ?? '';
    return { header: new Map(header).set('subject', `[nyaa] ${subject}`) };
  },
  body(body) {
    if (body.text === undefined) return undefined;
    return { body: { ...body, text: `${body.text}${body.text.endsWith('\n') ? '' : '\n'}Nyaa.\n` } };
  },
};
