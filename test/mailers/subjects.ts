import { esmtp } from '../../functions/relay/esmtp.ts';
import { mx } from '../../functions/relay/mx.ts';
import type { Relay } from '../../functions/relay/relay.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { NEKO, wireOf } from '../dialogue/deliveries.ts';
import { type ApiCase, startPeerOf } from './api-case.ts';
import { apiCases } from './cases/index.ts';
import { BIG, mailBy } from './mails.ts';
import { routeOf } from './routes.ts';
import { startSmtpPeer } from './smtp-peer.ts';
import type { Subject } from './subject.ts';

const send = async (
  relay: Relay,
  credential: Credential | undefined,
  route: Partial<Route>,
  size: 'small' | 'large',
) => {
  const large = size === 'large';
  const delivery = await mailBy({ ...route, timeout: large ? 10 : 1 }, large ? { content: BIG } : {});
  return relay.send(delivery, credential, wireOf());
};

function overApi(mailer: ApiCase): Subject {
  const credential = mailer.credential && { name: 'neko', version: '1', ...mailer.credential };
  return {
    name: mailer.relay.name,
    start: () => startPeerOf(mailer),
    send: (port, size) => send(mailer.relay, credential, routeOf(mailer, port), size),
    without: credential ? [] : ['credential refused'],
  };
}

const overSmtp: Subject = {
  name: esmtp.name,
  start: () => startSmtpPeer(),
  send: (port, size) => send(esmtp, NEKO, { host: '127.0.0.1', port, auth: 'neko' }, size),
  without: ['redirect'],
};

/** An address literal as the recipient's domain: the DNS has no say. */
const toExchanger: Subject = {
  name: mx.name,
  start: () => startSmtpPeer(),
  async send(port, size) {
    const mail = await mailBy(
      { mailer: 'MX', port, starttls: 'opportunistic', tls_verify: 0, timeout: size === 'large' ? 10 : 1 },
      { rcpt: 'mi-chan@[127.0.0.1]', ...(size === 'large' && { content: BIG }) },
    );
    return mx.send(mail, undefined, wireOf({ loopbackExchangers: true }));
  },
  without: ['redirect', 'credential refused'],
};

/** Every mailer that hands mails to a server. */
export const subjects: readonly Subject[] = [overSmtp, toExchanger, ...apiCases.map(overApi)];
