import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { parseRelayhosts } from '../../../functions/tables/relayhosts.ts';

const number = fc.oneof(
  fc.nat(300).map(String),
  fc.constantFrom('0', '00', '01', '010', '0x1', '', ' 1', '256'),
);
const address = fc.array(number, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));

test('property: permits() reads four numbers as ipaddr.js does, wherever they are decimal', () => {
  const { permits } = parseRelayhosts({ relayhosts: ['0.0.0.0/1', '128.0.0.0/9', '200.1.2.3'] });
  fc.assert(
    fc.property(address, (text) => {
      const read = ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
      const inside = ['0.0.0.0/1', '128.0.0.0/9', '200.1.2.3/32'].some((network) => {
        const [range, bits] = ipaddr.parseCIDR(network);
        return read?.kind() === 'ipv4' && (read as ipaddr.IPv4).match(range as ipaddr.IPv4, bits);
      });
      expect(permits(text), text).toBe(inside);
    }),
    { numRuns: 2000 },
  );
});
