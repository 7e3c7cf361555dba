import type { Dns } from './dns.ts';

/** What SPF says of a domain (RFC 7208). */
export type Spf = {
  /** Its records: more than one is an error to who evaluates them (4.5). */
  readonly records: readonly string[];
  /** Questions that an evaluation may ask the DNS; counted no further than one too many. */
  readonly lookups: number;
  /** All domains that are included, those of others' records too. */
  readonly included: ReadonlySet<string>;
  /** The terms that lead to another domain's record, where it has none or several: an error (5.2, 6.1, 4.5). */
  readonly broken: readonly BrokenTerm[];
  /** The terms for whose names the DNS has nothing. */
  readonly voids: readonly string[];
  /** Its own `+all`: everybody may send. */
  readonly anybody: boolean;
};

export type BrokenTerm = {
  /** As it stands in the record: `include:_spf.example.org`. */
  readonly term: string;
  /** The domain whose record it stands in. */
  readonly at: string;
  /** How many SPF records its target has. */
  readonly records: number;
};

/** RFC 7208 4.6.4: an evaluation that takes more is an error. */
export const MOST_LOOKUPS = 10;
/** Likewise: of these, such to which the DNS has nothing to say. */
export const MOST_VOIDS = 2;

/** A term that asks the DNS. */
type Question = { readonly term: string; readonly kind: string; readonly target: string };

/** Reads a domain's SPF record, and those that it includes. Rejects with NoAnswer. */
export async function readSpf(domain: string, dns: Dns): Promise<Spf> {
  const included = new Set<string>();
  const broken: BrokenTerm[] = [];
  const voids: string[] = [];
  let lookups = 0;

  const follow = async (record: string, at: string): Promise<void> => {
    for (const question of questionsOf(record, at)) {
      const { term, kind, target } = question;
      lookups += 1;
      if (lookups > MOST_LOOKUPS) return;
      // 7: what a macro becomes depends on the mail
      if (target.includes('%')) continue;
      if (kind !== 'include' && kind !== 'redirect') {
        if (await isVoid(question, dns)) voids.push(term);
        continue;
      }
      included.add(target);
      const found = await recordsOf(target, dns);
      const [next] = found;
      if (next !== undefined && found.length === 1) await follow(next, target);
      else broken.push({ term, at, records: found.length });
    }
  };

  const records = await recordsOf(domain, dns);
  const [record] = records;
  if (record !== undefined && records.length === 1) await follow(record, domain);
  const anybody = termsOf(record ?? '').some((term) => /^\+?all$/.test(term));
  return { records, lookups, included, broken, voids, anybody };
}

async function recordsOf(name: string, dns: Dns): Promise<readonly string[]> {
  return (await dns.txt(name)).filter((text) => /^v=spf1(?: |$)/i.test(text));
}

function termsOf(record: string): readonly string[] {
  return record.toLowerCase().split(/ +/).slice(1);
}

/** What a record of a domain asks the DNS. 5.1: what stands behind `all` is never tested, and beside it redirect counts for nothing. */
function questionsOf(record: string, domain: string): readonly Question[] {
  const terms = termsOf(record);
  const all = terms.findIndex((term) => /^[+?~-]?all$/.test(term));
  return (all < 0 ? terms : terms.slice(0, all)).flatMap((term) => {
    const [, kind, target = domain] =
      /^[+?~-]?(include|exists|a|mx|ptr)(?::([^/]+))?(?:\/.*)?$/.exec(term) ??
      /^(redirect)=(.+)$/.exec(term) ??
      [];
    if (kind === undefined || (all >= 0 && kind === 'redirect')) return [];
    return [{ term, kind, target: target.replace(/\.$/, '') }];
  });
}

/** Whether the DNS has nothing for whoever is looked up; what ptr asks depends on who sends. */
async function isVoid({ kind, target }: Question, dns: Dns): Promise<boolean> {
  if (kind === 'ptr') return false;
  return (await (kind === 'mx' ? dns.mx(target) : dns.addresses(target))).length === 0;
}
