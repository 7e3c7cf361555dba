import { type Check, note, ok } from '../finding.ts';

const OTHERS = '--from DOMAIN looks at another one.';

/** Which domains the checks of SES and of the DNS look at: a mail may come from others, of which nobody knows here. */
export const senders: Check = {
  name: 'senders',
  async look(world) {
    const { looked, more } = await world.senders();
    if (looked.length === 0)
      return [
        note('no domain that may send is known: users have no senders, and sendermt has no domain', OTHERS),
      ];
    const names = looked.map(({ domain, known }) => `${domain} (${known.join(', ')})`).join(', ');
    const rest = note(`${more} more domains may send, and are not looked at`, OTHERS);
    return [ok(`known to send: ${names}`), ...(more > 0 ? [rest] : [])];
  },
};
