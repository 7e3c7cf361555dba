import type { Dns } from './dns.ts';

/** What SPF says of a domain (RFC 7208). */
export type Spf = {
  /** Its records: more than one is an error to who evaluates them (4.5). */
  readonly records: readonly string[];
  /** Questions that an evaluation may ask the DNS; counted no further than one too many. */
  readonly lookups: number;
  /** All domains that are included, those of others' records too. */
  readonly included: ReadonlySet<string>;
  /** Its own `+all`: everybody may send. */
  readonly anybody: boolean;
};

/** RFC 7208 4.6.4: an evaluation that takes more is an error. */
export const MOST_LOOKUPS = 10;

/** Reads a domain's SPF record, and those that it includes. Rejects with NoAnswer. */
export async function readSpf(domain: string, dns: Dns): Promise<Spf> {
  const included = new Set<string>();
  let lookups = 0;

  const follow = async (record: string): Promise<void> => {
    const terms = termsOf(record);
    const ends = terms.some((term) => /^[+?~-]?all$/.test(term));
    for (const term of terms) {
      const [, target] = /^[+?~-]?include:(.+)$/.exec(term) ?? /^redirect=(.+)$/.exec(term) ?? [];
      // 6.1: redirect counts for nothing beside all
      const idle = ends && term.startsWith('redirect=');
      if (!idle && (target !== undefined || /^[+?~-]?(?:(?:a|mx|ptr)(?:[:/]|$)|exists:)/.test(term)))
        lookups += 1;
      if (lookups > MOST_LOOKUPS) return;
      // 7: what a macro becomes depends on the mail
      if (target === undefined || idle || target.includes('%')) continue;
      const name = target.replace(/\.$/, '');
      included.add(name);
      const [next] = await recordsOf(name, dns);
      if (next !== undefined) await follow(next);
    }
  };

  const records = await recordsOf(domain, dns);
  const [record] = records;
  if (record !== undefined && records.length === 1) await follow(record);
  return { records, lookups, included, anybody: termsOf(record ?? '').some((term) => /^\+?all$/.test(term)) };
}

async function recordsOf(name: string, dns: Dns): Promise<readonly string[]> {
  return (await dns.txt(name)).filter((text) => /^v=spf1(?: |$)/i.test(text));
}

function termsOf(record: string): readonly string[] {
  return record.toLowerCase().split(/ +/).slice(1);
}
