import * as v from 'valibot';
import { text } from '../tables/value.ts';
import { defineRelay } from './define-relay.ts';
import { loadOnce } from './load-once.ts';

const load = loadOnce(() => import('./file/save.ts'));

/** Writes each mail into a directory, a file a recipient. What writes is loaded by the first mail. */
export const file = defineRelay({
  name: 'File',
  description: 'Writes each mail into a directory, one .eml file a recipient. For the local server.',
  local: true,
  connects: false,
  signs: true,
  example: { route: { mailer: 'File', directory: '/var/spool/haineko' } },
  options: {
    directory: v.pipe(
      v.optional(text('the path of a directory')),
      v.description("Where the files go; made when it is absent. Default: the server's outbox."),
    ),
  },
  async send(delivery, _credential, wire, handOver) {
    const { save } = await load();
    return (await handOver()) ?? save(delivery, wire);
  },
});
