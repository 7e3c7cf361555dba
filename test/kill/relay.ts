import { createHook } from 'node:async_hooks';
import { argv, kill, pid } from 'node:process';
import { localContext } from '../../bin/local/context.ts';
import { listen } from '../../bin/local/server.ts';

// the local server as `haineko start` runs it, but for two things: a request's time is short, since a key whose relay died
// rests for so long; and it kills itself after so many of its awaits
const [, , config = '', journal = '', port = '0', requestTime = '0', awaits = '0'] = argv;

const context = localContext({
  ...{ config, journal, outbox: journal, requireAuth: false, passwordFile: undefined, development: false },
});
const server = await listen(context, '127.0.0.1', Number(port), Number(requestTime));

let left = Number(awaits);
createHook({
  // what follows an await begins
  before() {
    left -= 1;
    if (left === 0) kill(pid, 'SIGKILL');
  },
  init() {},
}).enable();
process.send?.({ port: server.port });
