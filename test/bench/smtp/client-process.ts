import { argv } from 'node:process';
import { createTransport } from 'nodemailer';
import { kept } from '../../../functions/relay/esmtp/kept.ts';
import { interleaved } from '../interleaved.ts';
import { appTo, submitBy } from './app.ts';
import { FOR_NODEMAILER, SUBMITTED } from './mail.ts';
import { startRawClient } from './raw-client.ts';
import { relayingBy } from './relaying.ts';

// A process of its own, bundled as on Lambda: one client after another sends mails for some milliseconds, one mail at a
// time. Tells their mails a second.
process.on('disconnect', () => process.exit());
const [port = 0, rounds = 1, warmUp = 0, ms = 1] = argv.slice(2).map(Number);
const server = { host: '127.0.0.1', port, ignoreTLS: true };

const app = appTo(port);
const { compose, relay } = await relayingBy(app);
const { head, body } = (await compose()).mail.written();
const octets = Buffer.concat([head, body, Buffer.from('.\r\n')]);
const raw = await startRawClient(port);
const pool = createTransport({ ...server, pool: true, maxConnections: 1, maxMessages: Number.MAX_VALUE });
const each = createTransport(server);

/** Sends until the time is over. */
const rate = (send: () => Promise<unknown>) => async () => {
  const begun = performance.now();
  let sent = 0;
  for (; performance.now() - begun < ms; sent++) await send();
  return (sent * 1000) / (performance.now() - begun);
};

const rates = await interleaved(
  {
    raw: rate(() => raw.send(octets)),
    ours: rate(async () => relay(await compose())),
    submit: rate(() => submitBy(app, SUBMITTED)),
    pool: rate(() => pool.sendMail(FOR_NODEMAILER)),
    oursAnew: rate(async () => {
      await relay(await compose());
      // nobody waits for QUIT, as nodemailer does not
      void kept.closeAll();
    }),
    each: rate(() => each.sendMail(FOR_NODEMAILER)),
  },
  rounds,
  warmUp,
);
process.send?.(rates);
