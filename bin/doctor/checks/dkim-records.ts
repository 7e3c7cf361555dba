import { type Dns, gather } from '../dns.ts';
import { type Check, fail, ok, type Said } from '../finding.ts';
import { foundDomains, type Identity } from '../identities.ts';

/** Whether the DNS has what SES signs with: three CNAME records of Easy DKIM, or the TXT record of a key that was brought. */
export const dkimRecords: Check = {
  name: 'dkim-records',
  async look({ identities, dns }) {
    return gather(foundDomains(await identities()), ({ identity }) => ofIdentity(identity, dns));
  },
};

async function ofIdentity({ name, DkimAttributes }: Identity, dns: Dns): Promise<readonly Said[]> {
  const { Tokens = [], SigningHostedZone, SigningAttributesOrigin } = DkimAttributes ?? {};
  if (Tokens.length === 0) return [];
  if (SigningAttributesOrigin === 'EXTERNAL') return brought(name, Tokens, dns);
  // https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html
  const zone = (SigningHostedZone ?? 'dkim.amazonses.com').replace(/\.$/, '');
  const said = await gather(Tokens, async (token) => {
    const record = `${token}._domainkey.${name}`;
    const wanted = `${token}.${zone}`;
    const [target] = await dns.cname(record);
    if (target === wanted.toLowerCase()) return [];
    const there = target === undefined ? 'there is no CNAME record' : `the CNAME record says ${target}`;
    return [fail(`${record}: ${there}`, `Publish: ${record} CNAME ${wanted}`)];
  });
  return said.length > 0 ? said : [ok(`${name}: ${Tokens.length} CNAME records of SES`)];
}

/** https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-bring-your-own.html: the token is the selector. */
async function brought(name: string, selectors: readonly string[], dns: Dns): Promise<readonly Said[]> {
  const said = await gather(selectors, async (selector): Promise<readonly Said[]> => {
    const record = `${selector}._domainkey.${name}`;
    if ((await dns.txt(record)).some((text) => /\bp\s*=\s*[A-Za-z0-9+/]/.test(text))) return [];
    return [
      fail(
        `${record}: there is no TXT record with a key`,
        'Publish the public half of the key that SES was given.',
      ),
    ];
  });
  return said.length > 0 ? said : [ok(`${name}: the TXT record of your own key in SES`)];
}
