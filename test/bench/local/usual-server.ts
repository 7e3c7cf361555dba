import { serve } from '@hono/node-server';
import { usualApp } from '../usual-way/app.ts';

/** The usual way as a server: hono on node:http, mails composed and forgotten, a log line each. */
const app = usualApp({ default: {} }, (line) => console.log(line));
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`listens on http://127.0.0.1:${port}`);
});
