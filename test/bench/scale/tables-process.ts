import { fileSource } from '../../../functions/store/files.ts';
import { memorySource } from '../../../functions/store/memory.ts';
import type { TableSource } from '../../../functions/store/source.ts';
import { eventTo, instance, KNOWN, sourceInSsm } from '../instance.ts';
import { answerEach } from './answered.ts';
import { documentsWith, domainAt } from './many-routes.ts';

/** Where the tables come from, and how many entries mailertable has. */
export type Tables = {
  readonly from: 'file' | 'memory' | 'ssm';
  readonly folder: string;
  readonly entries: number;
};
/** How many requests are made; their mails go to as many domains as there are, one after another. */
export type Requests = { readonly requests: number };

const tables = JSON.parse(process.env['TABLES'] ?? '') as Tables;
const handle = instance(await sourceOf(tables));
const most = Math.min(tables.entries, 256);
const events = Array.from({ length: 256 }, (_, n) => {
  const at = Math.floor(((n % most) * tables.entries) / most);
  return eventTo(`neko@${domainAt(at)}`);
});
let made = 0;

async function sourceOf({ from, folder, entries }: Tables): Promise<TableSource> {
  if (from === 'memory') return memorySource(documentsWith(entries), KNOWN);
  if (from === 'file') return fileSource(folder, KNOWN);
  // how often tables are read anew is the same for all sizes, and not a request's own cost: no time passes for them
  const begun = Date.now();
  const source = sourceInSsm(() => begun);
  await source.prefetch();
  return source;
}

/** Microseconds of CPU time that a request took, those of garbage collection and of other threads included. */
answerEach(async ({ requests }: Requests): Promise<number> => {
  const before = process.cpuUsage();
  for (let request = 0; request < requests; request++) {
    const event = events[made++ % events.length] ?? eventTo('');
    const timely = { ...event, requestContext: { ...event.requestContext, timeEpoch: Date.now() } };
    const { statusCode, body } = await handle(timely, 29_000);
    if (statusCode !== 200 || !body.includes('"mailer":"Discard"')) throw new Error(`${statusCode} ${body}`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
});
