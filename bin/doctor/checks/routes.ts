import { isIP } from 'node:net';
import { mailers } from '../../../functions/relay/index.ts';
import type { Route } from '../../../functions/tables/route-entry.ts';
import { findingsOf } from '../../../infra/tables/findings.ts';
import type { Deployed } from '../deployed.ts';
import { type Dns, gather } from '../dns.ts';
import { type Check, fail, ok, type Said, warn } from '../finding.ts';

/** Whether Lambda could reach where the routes lead. */
export const routes: Check = {
  name: 'routes',
  async look({ deployed, dns }) {
    const read = await deployed();
    if (read.routes.length === 0) return [];
    const hosts = new Set(read.routes.map(({ route }) => hostOf(route)).filter((host) => host !== undefined));
    const said = [...blocked(read), ...(await gather([...hosts], (host) => resolved(host, read, dns)))];
    const sound = `routes in force: ${read.routes.length}; hosts of theirs that have an address: ${hosts.size}`;
    return said.length > 0 ? said : [ok(sound)];
  },
};

/** Of what `haineko check` finds, what keeps Lambda from connecting, and the way out of it. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  'port-25': 'port: 587 (with starttls: 1) or 465, which smarthosts have for this.',
  mx: 'A smarthost or an email cloud; or have it lifted, and outgoingAddress in the stage.',
  'private-host': 'A host that the Internet reaches, or a Haineko within your network as the way there.',
};

function blocked({ stage, record }: Deployed): Said[] {
  if (!stage) return [];
  const found = findingsOf(stage, { deployed: true, authorization: record?.authorization });
  return found.flatMap(({ id, table, path, why }) => {
    const fix = OUT_OF_REACH[id];
    return fix === undefined ? [] : [warn(`${table}: ${path}: ${why}`, fix)];
  });
}

async function resolved(host: string, { routes: all }: Deployed, dns: Dns): Promise<readonly Said[]> {
  if (isIP(host) !== 0 || (await dns.addresses(host)).length > 0) return [];
  const by = all.filter(({ route }) => hostOf(route) === host).map(({ table, name }) => `${table}: ${name}`);
  return [
    fail(
      `${host} has no address in the DNS: ${by.join(', ')}`,
      'Correct the name. Where only the name servers of a VPC know it, this machine cannot tell.',
    ),
  ];
}

/** Where a route connects to by name; undefined where that is the mailer's own business. */
function hostOf({ mailer, host, options }: Route): string | undefined {
  const { endpoint } = options;
  if (typeof endpoint === 'string') return new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
  return mailers.get(mailer)?.connects ? host : undefined;
}
