import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { TLSSocket } from 'node:tls';

/** What came back. */
export type Got = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As far as it is read. */
  readonly body: string;
  /** When the certificate ends, milliseconds since the epoch; undefined without TLS. */
  readonly validTo: number | undefined;
  /** Milliseconds from the first octet out to the last one in. */
  readonly took: number;
};

/** Our own answers have some hundred octets. */
const MOST_OCTETS = 64 * 1024;

/** GETs a URL as anybody would, following no redirect. Rejects with the error of the connection, or at `ms`. */
export function httpGet(url: URL, userAgent: string, ms: number): Promise<Got> {
  const get = url.protocol === 'https:' ? getSecure : getPlain;
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ms);
    // a connection of its own, which nothing keeps
    const request = get(url, { agent: false, signal, headers: { 'user-agent': userAgent } }, (response) => {
      const { socket, statusCode = 0, headers } = response;
      const validTo =
        socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : undefined;
      const chunks: Buffer[] = [];
      let octets = 0;
      const done = () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: statusCode, headers, body, validTo, took: performance.now() - begun });
      };
      response.on('data', (chunk: Buffer) => {
        octets += chunk.length;
        chunks.push(chunk);
        if (octets < MOST_OCTETS) return;
        done();
        request.destroy();
      });
      response.on('end', done).on('error', reject);
    });
    request.on('error', reject);
  });
}
