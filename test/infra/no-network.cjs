// Loaded into a process, and into those that it starts, by NODE_OPTIONS=--require. Writes down each attempt to reach the
// network into the file NETWORK_LOG, and makes it fail. Sockets of the file system (IPC) are let through.
const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');
const { syncBuiltinESMExports } = require('node:module');

const write = (line) => appendFileSync(process.env.NETWORK_LOG, `${line}\n`);
write(`loaded ${process.argv.slice(1, 3).join(' ')}`);

const refuse = (what) => {
  write(`attempt ${what}`);
  return Object.assign(new Error(`no network in this test: ${what}`), { code: 'ENETUNREACH' });
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  // net.connect hands over [options, callback]; others give options, a path, or port and host
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  const options = typeof first === 'object' ? first : { port: first, host: second };
  const path = options.path ?? (typeof first === 'string' && Number.isNaN(Number(first)) ? first : undefined);
  if (typeof path === 'string') return connect.apply(this, given);
  const error = refuse(`connect ${options.host ?? 'localhost'}:${options.port}`);
  process.nextTick(() => this.destroy(error));
  return this;
};

for (const name of Object.keys(dns).filter((key) => /^(lookup|resolve|reverse)/.test(key))) {
  dns[name] = (...given) => {
    const error = refuse(`dns.${name} ${given[0]}`);
    process.nextTick(() => given.at(-1)(error));
  };
}
for (const name of Object.keys(dns.promises).filter((key) => /^(lookup|resolve|reverse)/.test(key))) {
  dns.promises[name] = async (...given) => {
    throw refuse(`dns.promises.${name} ${given[0]}`);
  };
}
dgram.Socket.prototype.send = (...given) => {
  throw refuse(`udp ${given.slice(1).join(' ')}`);
};
syncBuiltinESMExports();
