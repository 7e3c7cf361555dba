import { hashPassword } from '../../functions/tables/password-hash.ts';
import { startMailApi } from './mail-api.ts';
import { startMailServer, USERNAME } from './mail-server.ts';
import type { Secret, Secrets, Server } from './server.ts';

/** The name of every server: what the certificate is for. */
export const SERVER_NAME = 'smtp.example.test';

/** One secret that becomes another, and who uses it. */
export type Scenario = {
  /** Mails of the scenario go to `<name>.example.org`. */
  readonly name: string;
  /** What changes, in words. */
  readonly title: string;
  /** Of all requests, from 0 to 1. */
  readonly share: number;
  /** What `haineko rotate` is told, and the parameter that it writes. */
  readonly subject: string;
  readonly parameter: string;
  readonly secrets: Secrets;
  readonly server: Server;
  /** What the server takes from T0 on; undefined where it has nothing to do with the secret. */
  readonly takes: readonly Secret[] | undefined;
  /** How long the operator takes after T0 to type the new one, in milliseconds. */
  readonly typing?: number;
  /** The secret is a user's, and clients give it to the relay. */
  readonly basic: boolean;
  readonly route: Readonly<Record<string, unknown>>;
  /** Parameters of its own. */
  readonly documents: Readonly<Record<string, unknown>>;
};

type Begin = Pick<Scenario, 'name' | 'title' | 'share' | 'typing'>;

/** A mail server's password, which the server takes beside the old one from T0 on, or alone. */
export async function passwordScenario(
  begin: Begin,
  takes: readonly Secret[],
  now: () => number,
): Promise<Scenario> {
  const secrets = secretsOf(begin);
  const server = await startMailServer(secrets, now);
  const auth = `Smarthost-${begin.name}`;
  const credential = { username: USERNAME, password: secrets.old };
  return {
    ...begin,
    ...{ subject: auth, parameter: `authinfo/${auth}`, secrets, server, takes, basic: false },
    route: esmtp(server, auth),
    documents: { [`authinfo/${auth}`]: credential },
  };
}

/** The key of an HTTPS API, which takes the new one alone from T0 on. */
export async function keyScenario(begin: Begin, now: () => number): Promise<Scenario> {
  const secrets = secretsOf(begin);
  const server = await startMailApi(secrets, now);
  const auth = 'Postmark';
  return {
    ...begin,
    ...{ subject: auth, parameter: `authinfo/${auth}`, secrets, server, takes: ['new'], basic: false },
    route: { mailer: 'Postmark', endpoint: `https://${SERVER_NAME}:${server.port}`, auth },
    documents: { [`authinfo/${auth}`]: { password: secrets.old } },
  };
}

/** A user's password: clients give the new one once `haineko rotate` has ended. */
export async function userScenario(begin: Begin, now: () => number): Promise<Scenario> {
  const secrets = secretsOf(begin);
  const server = await startMailServer(secrets, now);
  const auth = 'Steady';
  return {
    ...begin,
    ...{ subject: 'mike', parameter: 'password', secrets, server, takes: undefined, basic: true },
    route: esmtp(server, auth),
    documents: {
      password: { mike: await hashPassword(secrets.old) },
      [`authinfo/${auth}`]: { username: USERNAME, password: secrets.old },
    },
  };
}

/** Of the form that Postmark's keys have, which fits the others too. */
function secretsOf({ name }: Begin): Secrets {
  return { old: `old-${name}-0000-1111-2222`, new: `new-${name}-3333-4444-5555` };
}

function esmtp({ port }: Server, auth: string) {
  return { mailer: 'ESMTP', host: SERVER_NAME, port, starttls: 1, auth };
}
