import type { GetEmailIdentityResponse } from '@aws-sdk/client-sesv2';
import type { Deployed } from './deployed.ts';
import { domainAndAbove, type Sender, type Senders, waysOf } from './senders.ts';
import type { SesAccount } from './ses-accounts.ts';

/** An identity of SES, by the name under which it is there. */
export type Identity = GetEmailIdentityResponse & { readonly name: string };

/** What an account says of a domain that may send by it. */
export type LookedIdentity = {
  readonly sender: Sender;
  readonly account: SesAccount;
} & ({ readonly found: Identity | undefined } | { readonly failure: unknown });

const MOST_ADDRESSES = 5;

/** Asks each account for the identities of the domains that may send by it. Never rejects. */
export async function readIdentities(
  deployed: Deployed,
  { looked: senders }: Senders,
  accounts: readonly SesAccount[],
): Promise<readonly LookedIdentity[]> {
  const each = accounts.map((account) => {
    const own = new Set(account.routes);
    const sending = senders.filter(({ domain }) => waysOf(domain, deployed).some((way) => own.has(way)));
    return inAccount(account, sending);
  });
  return (await Promise.all(each)).flat();
}

/** One after another: beside each other they would be throttled. */
async function inAccount(account: SesAccount, senders: readonly Sender[]): Promise<LookedIdentity[]> {
  const { GetEmailIdentityCommand } = await import('@aws-sdk/client-sesv2');
  const asked = new Map<string, Promise<GetEmailIdentityResponse | undefined>>();
  const ask = (name: string) => {
    const command = new GetEmailIdentityCommand({ EmailIdentity: name });
    const answer = asked.get(name) ?? account.ask('GetEmailIdentity', (client) => client.send(command));
    asked.set(name, answer);
    return answer;
  };
  const looked: LookedIdentity[] = [];
  for (const sender of senders) {
    const about = { sender, account };
    try {
      looked.push({ ...about, found: await firstOf(namesOf(sender), ask) });
    } catch (failure) {
      // the others would meet the same
      return [...looked, { ...about, failure }];
    }
  }
  return looked;
}

/**
 * Where SES may have a sender: as itself, as a domain above it, which speaks for all below, or address by address.
 * https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
 */
function namesOf({ domain, addresses }: Sender): readonly string[] {
  return [...domainAndAbove(domain), ...addresses.slice(0, MOST_ADDRESSES)];
}

async function firstOf(
  names: readonly string[],
  ask: (name: string) => Promise<GetEmailIdentityResponse | undefined>,
): Promise<Identity | undefined> {
  for (const name of names) {
    const identity = await ask(name);
    if (identity) return { ...identity, name };
  }
  return undefined;
}

/** The domains' identities that were found, each once: several domains may stand under one. */
export function foundDomains(
  looked: readonly LookedIdentity[],
): readonly { readonly identity: Identity; readonly account: SesAccount }[] {
  const found = new Map<string, { identity: Identity; account: SesAccount }>();
  for (const each of looked) {
    if (!('found' in each) || !each.found || each.found.name.includes('@')) continue;
    found.set(`${each.account.title} ${each.found.name}`, { identity: each.found, account: each.account });
  }
  return [...found.values()];
}
