import { defineRelay } from './define-relay.ts';

/** Takes every mail and forgets it. */
export const discard = defineRelay({
  name: 'Discard',
  description: 'Takes every mail and forgets it: for tests and for domains that must not get mail.',
  connects: false,
  reads: false,
  example: { route: { mailer: 'Discard' } },
  send: () => ({ code: '200', dsn: null, command: 'DATA', message: ['Discard'], outcome: 'accepted' }),
});
