import { addressOf, foldCase } from '../../functions/mail/address.ts';
import { tableDomain } from '../../functions/tables/domain.ts';
import type { Deployed, NamedRoute } from './deployed.ts';

/** A domain that may send, as far as anybody knows. */
export type Sender = {
  readonly domain: string;
  /** Where the whole domain is not named: the addresses that are. */
  readonly addresses: readonly string[];
  /** Who names it: `password`, `sendermt`, `--from`. */
  readonly known: readonly string[];
};

/** The domains that are looked at, and how many more there are. */
export type Senders = { readonly looked: readonly Sender[]; readonly more: number };

/** SES takes about one question a second. */
const MOST = 20;

/** The domains that may send: those that users' `senders`, sendermt and the command line name. Nobody knows of others. */
export function sendersOf(
  { users, routes }: Pick<Deployed, 'users' | 'routes'>,
  from: readonly string[],
): Senders {
  const named: (readonly [sender: string, known: string])[] = [
    ...from.map((each) => [each, '--from'] as const),
    ...users.flatMap(({ senders }) => [...(senders ?? [])].map((each) => [each, 'password'] as const)),
    ...routes
      .filter(({ table, name }) => table === 'sendermt' && name !== 'default')
      .map(({ name }) => [name, 'sendermt'] as const),
  ];
  const found = new Map<string, Sender>();
  for (const [sender, known] of named) {
    const address = sender.includes('@');
    const domain = address ? sender.slice(sender.lastIndexOf('@') + 1) : sender;
    // an address literal has no records in the DNS
    if (domain.startsWith('[')) continue;
    const before = found.get(domain);
    const whole = !address || (before !== undefined && before.addresses.length === 0);
    found.set(domain, {
      domain,
      addresses: whole ? [] : [...new Set([...(before?.addresses ?? []), sender])],
      known: [...new Set([...(before?.known ?? []), known])],
    });
  }
  const all = [...found.values()];
  return { looked: all.slice(0, MOST), more: Math.max(all.length - MOST, 0) };
}

/** A domain or an address in the form in which tables have it; undefined for what is neither. */
export function senderOf(text: string): string | undefined {
  const sender = text.includes('@') ? addressOf(text) : tableDomain(text);
  return sender === undefined || sender.includes('[') ? undefined : foldCase(sender);
}

/** The routes that a mail from a domain may take, whoever gets it; fallbacks too. */
export function waysOf(domain: string, { routes }: Deployed): readonly NamedRoute[] {
  const own = routes.find(({ table, name }) => table === 'sendermt' && name === domain);
  const taken = routes.filter(({ table, name }) =>
    // a name without a dot is no recipient's domain: other entries name it in `fallback`
    table === 'mailertable' ? name.includes('.') || (name === 'default' && !own) : name === domain,
  );
  const fallbacks = new Set(taken.flatMap(({ route }) => route.fallback));
  const after = routes.filter(({ table, name }) => table === 'mailertable' && fallbacks.has(name));
  return [...new Set([...taken, ...after])];
}

/** A domain and those above it, down to two labels: whoever owns one may speak for those below. */
export function domainAndAbove(domain: string): readonly string[] {
  const labels = domain.split('.');
  return labels
    .map((_, at) => labels.slice(at).join('.'))
    .filter((name, at) => at === 0 || name.includes('.'));
}
