import { describe, expect, test } from 'vitest';
import { isReachable } from '../../../../functions/relay/mx/reachable.ts';

describe('isReachable()', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    'fd00:ec2::254',
    'localhost',
    '',
  ])('isReachable() is false for %s', (address) => {
    expect(isReachable(address)).toBe(false);
  });

  test.each([
    '203.0.113.25',
    '10.0.0.25',
    '172.16.0.25',
    '192.168.1.25',
    '2001:db8::25',
    'fd00::25',
    '64:ff9b::203.0.113.25',
  ])('isReachable() is true for %s', (address) => {
    expect(isReachable(address)).toBe(true);
  });
});
