import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

/** Longest rest of a connection in milliseconds: below the 5 s after which a Node server ends one. */
const IDLE = 4000;

const restingSince = new WeakMap<object, number>();
const agents = new Map<string, HttpAgent>();

/**
 * The agent of one kind of connection, its stale connections dropped. By the wall clock, since a thawed Lambda's timers have
 * not run: what is written to a connection that the server has ended is a mail of which nobody knows (RFC 9112 9.3.1).
 */
export async function keptAgent(secure: boolean, verify: boolean, now: () => number): Promise<HttpAgent> {
  const kind = secure ? `https ${verify}` : 'http';
  const agent = agents.get(kind) ?? makeAgent(secure, verify, now);
  agents.set(kind, agent);
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) {
      const rest = now() - (restingSince.get(socket) ?? 0);
      // a clock that went back tells nothing
      if (rest > IDLE || rest < 0) socket.destroy();
    }
  }
  // a whole turn of the event loop delivers a FIN that is there, and takes the destroyed ones out of the agent
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  return agent;
}

/** Ends the connections that rest: the server stops. */
export function closeKeptAgents(): void {
  for (const agent of agents.values()) agent.destroy();
}

/** RFC 9112 9.2: what comes unasked is no answer, and the rest of it would be taken for that to the next request. */
function endIt(this: Socket): void {
  this.destroy();
}

function makeAgent(secure: boolean, verify: boolean, now: () => number): HttpAgent {
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: verify, minVersion: 'TLSv1.2' })
    : new HttpAgent({ keepAlive: true });
  agent.on('free', (socket: Socket) => {
    restingSince.set(socket, now());
    socket.on('data', endIt);
  });
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    socket.off('data', endIt);
    reuse(socket, request);
  };
  return agent;
}
