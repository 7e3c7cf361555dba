import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { clientConfig } from '../aws/clients.ts';
import { trouble } from '../aws/trouble.ts';
import { type AwsOptions, CommandFailure } from '../command.ts';
import type { Deployed, NamedRoute } from './deployed.ts';
import type { Watch } from './watch.ts';

/** One SES: an account's in a region, as routes send by it. */
export type SesAccount = {
  /** For a finding: `SES in ap-northeast-1`, with whose key where it is not the account's own. */
  readonly title: string;
  readonly region: string;
  /** The routes that send by it. */
  readonly routes: readonly NamedRoute[];
  /** Asks it. Rejects with a CommandFailure; an answer that there is no such thing is undefined. */
  ask<T>(action: string, call: (client: SESv2Client) => Promise<T>): Promise<T | undefined>;
};

/** What SES answers where there is no such identity or configuration set. */
const NONE = 'NotFoundException';

/**
 * The accounts by which the routes in force send: one for each region and key. A route's own key is asked with that key,
 * which may be of another AWS account; the function's role is taken to be of the account that we ask ourselves.
 */
export function sesAccounts(
  { routes, credentials }: Deployed,
  stageRegion: string,
  { profile }: AwsOptions,
  watching: Watch,
): readonly SesAccount[] {
  const byKey = new Map<string, NamedRoute[]>();
  for (const each of routes.filter(({ route }) => route.mailer === 'AmazonSES')) {
    const key = JSON.stringify([each.route.options['region'] ?? stageRegion, each.route.auth]);
    byKey.set(key, [...(byKey.get(key) ?? []), each]);
  }
  return [...byKey].map(([key, sending]) => {
    const [region, auth] = JSON.parse(key) as [region: string, auth: string | null];
    const open = async (): Promise<SESv2Client> => {
      const { SESv2Client } = await import('@aws-sdk/client-sesv2');
      const config =
        auth === null ? clientConfig({ ...(profile && { profile }), region }) : clientConfig({ region });
      const client = new SESv2Client({
        ...config,
        ...(auth !== null && { credentials: keyOf(auth, credentials) }),
      });
      watching.begin(client);
      return client;
    };
    let opening: Promise<SESv2Client> | undefined;
    return {
      title: `SES in ${region}${auth === null ? '' : ` by the key ${auth}`}`,
      region,
      routes: sending,
      async ask(action, call) {
        try {
          opening ??= open();
          return await call(await opening);
        } catch (error) {
          if (error instanceof Error && error.name === NONE) return undefined;
          throw trouble(error, { action: `ses:${action}`, profile, region });
        }
      },
    };
  });
}

function keyOf(name: string, credentials: Deployed['credentials']) {
  const credential = credentials.get(name);
  if (credential === undefined || !('username' in credential))
    throw new CommandFailure(`its key authinfo/${name} is not there, or not right`);
  return { accessKeyId: credential.username, secretAccessKey: credential.password };
}
