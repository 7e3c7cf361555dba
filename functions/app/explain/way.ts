import { foreseen } from '../../relay/foresee/foreseen.ts';
import type { Answer, Delivery } from '../../relay/relay.ts';
import type { Way } from '../../route/route.ts';
import { DEFERRALS } from '../../smtp/catalogue.ts';
import type { Outcome } from '../../smtp/reply.ts';
import { leadsHere } from '../../tables/loopback.ts';
import type { Route } from '../../tables/route-entry.ts';
import { credentialFor, deliveryBy, type Mail } from '../attempt.ts';
import type { Context } from '../context.ts';
import { type CredentialTold, toldCredential } from './credential.ts';

/** An entry with its defaults filled in. `host` and `port` are null where they mean nothing to the mailer. */
export type RouteTold = Omit<Route, 'host' | 'port' | 'auth' | 'dkim' | 'disabled'> & {
  readonly table: 'mailertable' | 'sendermt' | null;
  /** Its name, `sendermt/NAME` of one in sendermt; null where no table says anything. */
  readonly entry: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly auth: string | null;
  readonly dkim: string | null;
};

/** A way that a mail may take: the entry, and the credentials that it names. */
export type WayTold = {
  readonly route: RouteTold;
  readonly credential: CredentialTold | null;
  readonly dkim: CredentialTold | null;
};

/** What a way would answer without asking any server. `code` is null for what is no answer yet. */
export type Warning = {
  readonly entry: string | null;
  readonly code: string | null;
  readonly dsn: string | null;
  readonly command: string | null;
  readonly outcome: Outcome | null;
  readonly message: string;
};

/** Tells of a way, and what it would say to a mail before it sends it. Looks its credentials up as attempt() does. */
export async function toldWay(
  way: Way,
  mail: Mail,
  context: Context,
): Promise<{ readonly told: WayTold; readonly warnings: readonly Warning[] }> {
  const { entry, route } = way;
  const look = (name: string | undefined) => credentialFor(name, (each) => context.source.credential(each));
  const [found, key] = await Promise.all([look(route.auth), look(route.dkim)]);
  const told: WayTold = {
    route: toldRoute(way, context),
    credential: toldCredential(route.auth, found),
    dkim: toldCredential(route.dkim, key),
  };
  const answers = [
    ...[found, key].flatMap((each) => ('reply' in each ? each.reply : [])),
    ...('reply' in found || 'reply' in key
      ? []
      : await answersOf(deliveryBy(route, mail, key.credential), found.credential, context)),
  ];
  return { told, warnings: [...answers.map((each) => toldAnswer(entry, each)), ...blockedPort(told.route)] };
}

function toldRoute({ entry, route }: Way, { relays }: Context): RouteTold {
  const { mailer, host, port, auth, dkim, disabled: _, ...others } = route;
  const { connects = true, options = {} } = relays.get(mailer) ?? {};
  const table = entry === null ? null : entry.startsWith('sendermt/') ? 'sendermt' : 'mailertable';
  return {
    table,
    entry,
    mailer,
    host: connects ? host : null,
    // MX connects to hosts of its own finding, by the route's port
    port: connects || 'port' in options ? port : null,
    auth: auth ?? null,
    dkim: dkim ?? null,
    ...others,
  };
}

async function answersOf(
  delivery: Delivery,
  credential: Parameters<typeof foreseen>[2],
  { relays }: Context,
): Promise<Answer[]> {
  const { route } = delivery;
  const relay = relays.get(route.mailer);
  if (!relay) return [DEFERRALS.ownDefect()];
  const answer = await foreseen(relay, delivery, credential);
  if (!answer) return [];
  // behind a credential that will not do there may be a key that will not
  if (answer.command !== 'AUTH' || route.dkim === undefined) return [answer];
  const unsigned = await foreseen(relay, { ...delivery, route: { ...route, auth: undefined } }, undefined);
  return unsigned ? [answer, unsigned] : [answer];
}

function toldAnswer(
  entry: string | null,
  { code, dsn, command, outcome, message, notes = [] }: Answer,
): Warning {
  return { entry, code, dsn, command, outcome, message: [...message, ...notes].join(' ') };
}

/** https://repost.aws/knowledge-center/ec2-port-25-throttle */
function blockedPort({ entry, host, port }: RouteTold): Warning[] {
  if (port !== 25 || (host !== null && leadsHere(host))) return [];
  // the exchangers that MX finds have no other port
  const instead = host === null ? '' : ': use 587 or 465';
  const message = `Lambda cannot reach port 25 until AWS lifts that for the account${instead}`;
  return [{ entry, code: null, dsn: null, command: null, outcome: null, message }];
}
