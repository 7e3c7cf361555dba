import { type Dns, gather } from '../dns.ts';
import { type Check, fail, ok, type Said, warn } from '../finding.ts';
import { foundDomains } from '../identities.ts';
import { readSpf } from '../spf-record.ts';
import { spfFaults } from './spf.ts';

/**
 * Whether the MAIL FROM domains of SES's identities have their records: one MX, by which bounces come back, and SPF.
 * https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
 */
export const mailFrom: Check = {
  name: 'mail-from',
  async look({ identities, dns }) {
    const set = foundDomains(await identities()).flatMap(({ identity, account }) => {
      const { MailFromDomain } = identity.MailFromAttributes ?? {};
      return MailFromDomain ? { domain: MailFromDomain, region: account.region } : [];
    });
    return gather(set, async ({ domain, region }) => {
      const looks = [exchanger, sender];
      const said = await gather(looks, (look) => look(domain, region, dns));
      return said.length > 0 ? said : [ok(`${domain} has its MX and SPF records`)];
    });
  },
};

async function exchanger(domain: string, region: string, dns: Dns): Promise<readonly Said[]> {
  const wanted = `feedback-smtp.${region}.amazonses.com`;
  const found = await dns.mx(domain);
  if (found.length === 1 && found[0] === wanted) return [];
  const there = found.length === 0 ? 'there is no MX record' : `the MX records say ${found.join(', ')}`;
  return [fail(`${domain}: ${there}`, `Publish this one alone: ${domain} MX 10 ${wanted}`)];
}

async function sender(domain: string, _region: string, dns: Dns): Promise<readonly Said[]> {
  const found = await readSpf(domain, dns);
  const wrong = spfFaults(domain, found);
  if (wrong.length > 0 || found.included.has('amazonses.com')) return wrong;
  const fix = `Publish: ${domain} TXT "v=spf1 include:amazonses.com ~all"`;
  if (found.records.length === 0) return [warn(`${domain}: there is no SPF record`, fix)];
  return [warn(`${domain}: its SPF record does not include amazonses.com, which sends`, fix)];
}
