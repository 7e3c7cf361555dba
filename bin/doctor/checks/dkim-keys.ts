import { verifyDkimKey } from '../../../functions/relay/dkim/verify-dkim-key.ts';
import { ConfigError } from '../../../functions/tables/config-error.ts';
import { gather } from '../dns.ts';
import { type Check, fail, ok } from '../finding.ts';

/** Whether the DNS has the public halves of the keys that routes sign with (RFC 6376 3.6.2): as `haineko rotate --verify` asks. */
export const dkimKeys: Check = {
  name: 'dkim-keys',
  async look({ deployed, dns, now, limit }) {
    const { routes, credentials } = await deployed();
    const byKey = new Map(routes.map(({ route }) => [route.dkim, route]));
    return gather([...byKey], async ([name, route]) => {
      const credential = name === undefined ? undefined : credentials.get(name);
      // 'parameters' tells of one that is not there, or none to sign with
      if (credential === undefined || credential instanceof ConfigError || !credential.dkim) return [];
      const { dkim: key } = credential;
      const record = `${key.selector}._domainkey.${key.domain}`;
      const published = await dns.txt(record);
      const resolver = { ...NONE, resolveTxt: async () => published.map((text) => [text]) };
      const wire = { now, deadline: now() + limit, resolver };
      const { verdict, told } = await verifyDkimKey(key, route, { hostname: '', wire });
      const [what = '', fix] = told;
      return [verdict === 'good' ? ok(what) : fail(`${what} (authinfo/${name})`, fix)];
    });
  },
};

const NONE = { resolveMx: async () => [], resolve4: async () => [], resolve6: async () => [] };
