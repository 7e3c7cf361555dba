// A process of its own, since the authorities it trusts (NODE_EXTRA_CA_CERTS) are fixed when it starts. It must end by
// itself although a connection is kept.
import { deliveryBy, inOneLine, routeTo, send } from './deliveries.ts';

const port = Number(process.argv[2]);
for (const host of ['127.0.0.1', 'localhost']) {
  console.log(inOneLine(await send(deliveryBy(routeTo(port, { host, starttls: 1 })))));
}
