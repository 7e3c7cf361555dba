import { tagsOf } from '../../../functions/relay/dkim/tags.ts';
import { type Dns, gather } from '../dns.ts';
import { type Check, fail, note, ok, type Said, warn } from '../finding.ts';
import { domainAndAbove } from '../senders.ts';

/**
 * Whether each domain that may send has a DMARC policy. It is looked for at the domain and then at each one above it
 * down to two labels, and the first one that is found counts. That is RFC 9989's walk up the tree; RFC 7489 goes by a
 * list of public suffixes, which finds the same wherever no policy stands between the domain and the organization's.
 */
export const dmarc: Check = {
  name: 'dmarc',
  async look({ senders, dns }) {
    return gather((await senders()).looked, ({ domain }) => ofDomain(domain, dns));
  },
};

async function ofDomain(domain: string, dns: Dns): Promise<readonly Said[]> {
  for (const at of domainAndAbove(domain)) {
    // RFC 7489 6.6.3: what does not begin so is none
    const records = (await dns.txt(`_dmarc.${at}`)).filter((text) => /^v\s*=\s*DMARC1\s*(?:;|$)/.test(text));
    if (records.length > 0) return [verdict(domain, at, records)];
  }
  return [
    warn(
      `${domain} has no DMARC policy: anybody may send in its name, and large providers want one`,
      `Publish: _dmarc.${domain} TXT "v=DMARC1; p=none; rua=mailto:YOU@${domain}", and p=quarantine when the reports are good.`,
    ),
  ];
}

function verdict(domain: string, at: string, records: readonly string[]): Said {
  const name = `_dmarc.${at}`;
  if (records.length > 1)
    return fail(`${name} has ${records.length} DMARC records: that counts as none`, 'Make one of them.');
  const { p, sp } = tagsOf(records[0] ?? '');
  // RFC 7489 6.3 wants it; RFC 9989 reads its absence as none
  if (p === undefined || !/^(?:none|quarantine|reject)$/i.test(p))
    return warn(
      `${name}: ${p === undefined ? 'it has no p=' : `p=${p} is none of none, quarantine, reject`}`,
      'Give it a policy: p=none, p=quarantine or p=reject.',
    );
  const policy = (at === domain ? p : (sp ?? p)).toLowerCase();
  const of = at === domain ? domain : `${domain} by ${at}`;
  if (policy === 'none')
    return note(
      `${of}: the policy is none: it only watches`,
      'p=quarantine when the reports (rua=) are good.',
    );
  return ok(`${of}: ${policy}`);
}
