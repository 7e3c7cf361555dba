import { oncePerSecond } from './once-per-second.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx';
const LENGTH = 16;

/**
 * A queue id: 16 base-60 digits. Six tell the time as Haineko 0.2.17 wrote it (in UTC; years since 1900
 * modulo 60, months from 0), the other ten are random. `random` gives so many random octets.
 */
export function makeQueueid(now: number, random: (octets: number) => Uint8Array): string {
  let queueid = timeDigits(now);
  while (queueid.length < LENGTH) {
    const octets = random(LENGTH);
    for (let at = 0; at < octets.length && queueid.length < LENGTH; at++) {
      const octet = octets[at] as number;
      // 240 is the largest multiple of 60 in an octet: what lies above would favour the first 16 digits.
      if (octet < 240) queueid += DIGITS[octet % 60];
    }
  }
  return queueid;
}

const timeDigits = oncePerSecond((second) => {
  const date = new Date(second * 1000);
  const time = [
    (date.getUTCFullYear() - 1900) % 60,
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return time.map((value) => DIGITS[value]).join('');
});

/** The msg-id (RFC 5322 3.6.4) of a mail: index is the recipient's, 0 where one mail goes to all. */
export function messageId(queueid: string, unixtime: number, index: number, hostname: string): string {
  return `<${queueid}.${unixtime}.${String(index).padStart(3, '0')}@${hostname}>`;
}
