import { mailers } from '../../../functions/relay/index.ts';
import type { Deployed } from '../deployed.ts';
import { type Dns, gather } from '../dns.ts';
import { type Check, fail, note, ok, type Said, warn } from '../finding.ts';
import { waysOf } from '../senders.ts';
import { type BrokenTerm, MOST_LOOKUPS, MOST_VOIDS, readSpf, type Spf } from '../spf-record.ts';

/** Whether each domain that may send has one SPF record that can be evaluated (RFC 7208). */
export const spf: Check = {
  name: 'spf',
  async look({ senders, deployed, dns }) {
    const read = await deployed().catch(() => undefined);
    return gather((await senders()).looked, ({ domain }) =>
      ofDomain(domain, read && keepsSender(domain, read), dns),
    );
  },
};

async function ofDomain(domain: string, kept: boolean | undefined, dns: Dns): Promise<readonly Said[]> {
  const found = await readSpf(domain, dns);
  const wrong = spfFaults(domain, found);
  if (wrong.length > 0) return wrong;
  if (found.records.length > 0) return [ok(`${domain} has one record`)];
  if (kept === undefined) return [note(`${domain} has no SPF record`)];
  if (!kept) return [ok(`${domain} has none, and needs none: its providers send as a domain of theirs`)];
  return [
    warn(
      `${domain} has no SPF record, and its mails go out with it as their sender`,
      `Publish: ${domain} TXT "v=spf1 include:YOUR-SMARTHOST ~all", with what your smarthost says of it.`,
    ),
  ];
}

/** What is wrong with the SPF of a domain that has one. */
export function spfFaults(domain: string, { records, lookups, broken, voids, anybody }: Spf): Said[] {
  if (records.length > 1)
    return [
      fail(`${domain} has ${records.length} SPF records: nobody can evaluate them`, 'Make one of them.'),
    ];
  const wrong = broken.map((each) => ofBroken(domain, each));
  if (lookups > MOST_LOOKUPS)
    wrong.push(
      fail(
        `${domain}: its SPF record takes more than ${MOST_LOOKUPS} questions to the DNS: nobody can evaluate it`,
        'Fewer of include, a, mx, redirect and exists.',
      ),
    );
  if (voids.length > MOST_VOIDS)
    wrong.push(
      fail(
        `${domain}: more than ${MOST_VOIDS} terms of its SPF record name what the DNS does not have (${voids.join(' ')}): nobody can evaluate it`,
        'Take them out, or correct the names; they may stand in a record that it includes.',
      ),
    );
  if (wrong.length > 0) return wrong;
  if (anybody)
    return [warn(`${domain}: its SPF record lets everybody send (+all)`, '~all or -all at its end.')];
  return [];
}

/** RFC 7208 5.2 and 6.1: with such a term the whole evaluation is an error, whoever sends. */
function ofBroken(domain: string, { term, at, records }: BrokenTerm): Said {
  const target = term.replace(/^[^:=]*[:=]/, '');
  const there = records === 0 ? 'has no SPF record' : `has ${records} SPF records`;
  const where = at === domain ? 'its SPF record' : `the record of ${at}, which its SPF record includes,`;
  return fail(
    `${domain}: ${where} says ${term}, and ${target} ${there}: nobody can evaluate it`,
    at === domain
      ? `Correct ${term} or take it out; or ${target} must publish ${records === 0 ? 'one' : 'one alone'}.`
      : `Whoever keeps ${at} must mend it; or take out what leads there.`,
  );
}

/** Whether some way of a domain's mails keeps the envelope sender, by which SPF goes. */
function keepsSender(domain: string, deployed: Deployed): boolean {
  return waysOf(domain, deployed).some(
    ({ route: { mailer } }) => mailer !== 'Discard' && mailers.get(mailer)?.can.ownSender === true,
  );
}
