import { addressOf, domainOf } from '../mail/address.ts';
import type { Milter } from './milter.ts';

/** A milter that refuses: the original's Example, in each phase where refusing makes sense. */
export const example: Milter = {
  name: 'Example',
  description:
    'Refuses client 192.0.2.66, names in .invalid, senders in .test and spammer@*, subjects with "spam", bodies with a URL; copies each mail to always-bcc@ the recipient\'s domain. A model to write your own from.',
  conn(address) {
    return address === '192.0.2.66' ? { refuse: 'This client is not welcome' } : undefined;
  },
  ehlo(name) {
    // RFC 6761 6.4: .invalid never exists
    return name.toLowerCase().endsWith('.invalid') ? { refuse: 'Invalid domain name' } : undefined;
  },
  mail(from) {
    // RFC 6761 6.2: .test never exists in the public DNS
    if (domainOf(from).endsWith('.test')) return { refuse: 'sender domain does not exist' };
    if (from.startsWith('spammer@')) return { refuse: 'spammer is not allowed to send' };
    return undefined;
  },
  rcpt(to) {
    const copy = addressOf(`always-bcc@${domainOf(to)}`);
    return copy && { add: [copy] };
  },
  head(header) {
    return /spam/i.test(header.get('subject') ?? '')
      ? { refuse: 'Subject contains a word that is not allowed' }
      : undefined;
  },
  body({ text = '', html = '' }) {
    return /https?:\/\//i.test(text + html)
      ? { refuse: 'Not allowed to send an email including URL' }
      : undefined;
  },
};
