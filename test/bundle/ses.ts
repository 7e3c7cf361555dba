import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Seen } from '../mailers/api-peer.ts';
import { sesTook } from '../mailers/cases/amazon-ses.ts';
import { CERTIFICATE, KEY } from './smarthost.ts';

/** Amazon SES on loopback, over TLS with the smarthost's certificate: takes every mail. */
export type Ses = { readonly port: number; readonly seen: readonly Seen[]; stop(): Promise<void> };

/** The MessageId of every mail. */
export const MESSAGE_ID = '010601271b15238a-fd3ae762-000000';

/** Starts SES. */
export async function startSes(): Promise<Ses> {
  const seen: Seen[] = [];
  const server = createServer(
    { key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        seen.push({ method, path, headers, body: Buffer.concat(chunks) });
        const { status, headers: theirs, body } = sesTook(MESSAGE_ID);
        response.writeHead(status, theirs).end(body);
      });
    },
  );
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    port,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
