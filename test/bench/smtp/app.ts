import type { Context } from '../../../functions/app/context.ts';
import type { AllDocuments } from '../../../functions/store/snapshot.ts';
import { type World, world } from '../../unit/app/world.ts';

/** The app whose every mail goes to a port of loopback; what it logs and measures is kept by nobody. */
export function appTo(port: number, { config = {}, route = {}, others = {} }: AppKeys = {}): World {
  const tables: AllDocuments = {
    'haineko.cf': { hostname: 'haineko.example.jp', ...config },
    mailertable: { default: { mailer: 'ESMTP', host: '127.0.0.1', port, ...route } },
    ...others,
  };
  const unheard: Partial<Context> = { log: () => undefined, measure: () => undefined };
  return world(tables, unheard);
}

/** What an app has beside its route's host and port. */
export type AppKeys = {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly route?: Readonly<Record<string, unknown>>;
  readonly others?: AllDocuments;
};

/** Submits a mail; rejects where it is not accepted for every recipient. */
export async function submitBy({ post }: World, mail: unknown): Promise<void> {
  const { status, body } = await post(mail);
  if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
}
