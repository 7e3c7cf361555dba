import { defineRelay } from './define-relay.ts';

/** Prints each mail where the server prints. */
export const screen = defineRelay({
  name: 'Screen',
  description: 'Prints each mail on the terminal. For the local server.',
  local: true,
  connects: false,
  example: { route: { mailer: 'Screen' } },
  async send({ head, body }, _credential, wire, handOver) {
    const withheld = await handOver();
    if (withheld) return withheld;
    wire.print(visible(head) + visible(body));
    return { code: '200', dsn: null, command: 'DATA', message: ['OK'], outcome: 'accepted' };
  },
});

/** A mail's octets as text whose control characters cannot command the terminal: ESC becomes U+241B. */
function visible(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
    .toString('utf8')
    .replace(/\r\n/g, '\n')
    .replace(/[\x00-\x08\x0b-\x1f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replace(/[\x7f-\x9f]/g, '\u2421');
}
