import { isIP } from 'node:net';
import type { MailResolver } from '../relay.ts';
import type { Exchanger } from './exchangers.ts';
import { lookUp } from './look-up.ts';

/** An exchanger's addresses, in the order of trying; `failed` is what the DNS could not say of them now. */
export type Addresses = { readonly addresses: readonly string[]; readonly failed: string | undefined };

/** Looks the addresses of an exchanger up, A and AAAA (RFC 5321 5.1, 5.2). */
export async function addressesOf(
  exchanger: Exchanger,
  resolver: MailResolver,
  patience: number,
): Promise<Addresses> {
  if ('address' in exchanger) return { addresses: [exchanger.address], failed: undefined };
  const { name } = exchanger;
  if (!isHostName(name)) return { addresses: [], failed: undefined };
  const [four, six] = await Promise.all([
    lookUp(() => resolver.resolve4(name), patience),
    lookUp(() => resolver.resolve6(name), patience),
  ]);
  const failed = [four, six].flatMap((each, index) =>
    each.said === 'nothing' ? [`${index === 0 ? 'A' : 'AAAA'} ${name}: ${each.cause}`] : [],
  );
  return {
    addresses: alternating(
      four.said === 'records' ? four.records : [],
      six.said === 'records' ? six.records : [],
    ),
    failed: failed.length > 0 ? failed.join(', ') : undefined,
  };
}

/** Whether it is a name at all: an MX record may hold any octets, and an address for a name is a mistake (RFC 5321 5.1). */
function isHostName(name: string): boolean {
  return /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(name) && isIP(name) === 0;
}

/** RFC 5321 5.2 leaves the order to where we are: a Lambda has IPv4, and IPv6 only where its VPC has it too. */
function alternating(four: readonly string[], six: readonly string[]): string[] {
  const length = Math.max(four.length, six.length);
  return Array.from({ length }, (_, index) => [four[index], six[index]])
    .flat()
    .filter((address) => address !== undefined);
}
