// A process of its own, since the authorities it trusts (NODE_EXTRA_CA_CERTS) are fixed when it starts. It must end by
// itself. Sends to localhost.test, whose exchanger has the certificate's name, and to other.test, whose has another.
import { startDns } from '../doubles/dns.ts';
import { inOneLine } from './deliveries.ts';
import { sendByMx } from './exchangers.ts';

const port = Number(process.argv[2]);
const dns = await startDns({
  'localhost.test': { MX: [[1, 'localhost']] },
  localhost: { A: ['127.0.0.1'] },
  'other.test': { A: ['127.0.0.1'] },
});
for (const domain of ['localhost.test', 'other.test']) {
  console.log(inOneLine(await sendByMx(dns, port, { tls_verify: 1 }, `mi-chan@${domain}`)));
}
await dns.close();
