import { isIP } from 'node:net';
import { openSession } from '../../../functions/relay/esmtp/open-session.ts';
import { quit } from '../../../functions/relay/esmtp/session.ts';
import type { Wire } from '../../../functions/relay/relay.ts';
import { timeLeft } from '../../../functions/relay/time-left.ts';
import type { Route } from '../../../functions/tables/route-entry.ts';
import { gather } from '../dns.ts';
import { type Check, fail, note, ok, type Said, warn } from '../finding.ts';
import type { DoctorWorld } from '../world.ts';

/** The time of one conversation, of a check's. */
const SHARE = 0.6;

/** With --connect: greets each smarthost from this machine, as its route would, without AUTH and without a mail. */
export const smarthosts: Check = {
  name: 'smarthosts',
  async look(world) {
    if (!world.connect) return [];
    const { routes, stage } = await world.deployed();
    const { hostname = 'localhost' } = stage?.tables.config ?? {};
    const over = routes.map(({ route }) => route).filter(({ mailer }) => mailer === 'ESMTP');
    const distinct = new Map(over.map((route) => [keyOf(route), route]));
    const said = await gather([...distinct.values()], (route) => greet(route, hostname, world));
    return said.length === 0
      ? []
      : [note('smarthosts were greeted from this machine: to Lambda they may answer otherwise'), ...said];
  },
};

function keyOf({ host, port, starttls, tls_verify, auth, options }: Route): string {
  return JSON.stringify([host, port, starttls, tls_verify, auth !== undefined, options['implicit_tls']]);
}

async function greet(
  route: Route,
  hostname: string,
  { dns, now, limit }: DoctorWorld,
): Promise<readonly Said[]> {
  const [address] = isIP(route.host) === 0 ? await dns.addresses(route.host) : [route.host];
  // 'routes' tells of it
  if (address === undefined) return [];
  const where = `${route.host}:${route.port}`;
  const wire: Wire = { now, deadline: now() + limit * SHARE, outbox: '', print: () => undefined };
  const opening = { route, address, hostname, credential: undefined };
  const opened = await openSession(opening, timeLeft(route, wire), undefined);
  if (!('conversation' in opened)) {
    const { command, code, dsn, message, cause } = opened;
    const why = [`${code} ${message.join(' ')}`, ...(cause === undefined ? [] : [cause])].join('; ');
    // RFC 3463 X.7.5: of TLS from the first octet too, where there is no STARTTLS
    const tls = command === 'STARTTLS' || dsn === '4.7.5';
    return [(tls ? fail : warn)(`${where}: ${why}`, tls ? TLS : REACH)];
  }
  const { extensions, conversation } = opened;
  const { secure } = conversation.connection;
  await quit(opened);
  const offered = [...extensions.auth].join(' ') || 'no AUTH';
  const said = [ok(`${where} answers: ${secure ? 'TLS' : 'no TLS'}, ${offered}`)];
  if (route.auth !== undefined && extensions.auth.size === 0)
    said.push(fail(`${where} offers no AUTH, and the route has a credential: nothing is sent`, AUTH));
  if (extensions.starttls && !secure)
    said.push(note(`${where} offers STARTTLS, and the route does not use it`, 'starttls: 1'));
  return said;
}

const TLS = 'Correct starttls, implicit_tls, port or host of the route, or the certificate of the server.';
const REACH = 'Correct host and port; or it is closed to this machine alone.';
const AUTH = 'Many offer AUTH under TLS alone: starttls: 1, or port 465.';
