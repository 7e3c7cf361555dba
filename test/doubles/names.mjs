// Names that lead to loopback (TEST_HOSTS), which a deployed stage's tables must not name by its address. Every other name is
// unknown, so that nothing leaves this machine. For a process of its own: by import, or by NODE_OPTIONS.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

const hosts = { '127.0.0.1': '127.0.0.1', ...JSON.parse(process.env.TEST_HOSTS ?? '{}') };
const unknown = (name) => Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
dns.lookup = (name, options, callback) => {
  const done = callback ?? options;
  const address = hosts[name];
  if (address === undefined) return process.nextTick(done, unknown(name));
  if (options.all) return process.nextTick(done, null, [{ address, family: 4 }]);
  return process.nextTick(done, null, address, 4);
};
const resolve4 = (name, callback) =>
  process.nextTick(callback, hosts[name] ? null : unknown(name), hosts[name] && [hosts[name]]);
const resolve6 = (name, callback) => process.nextTick(callback, unknown(name));
Object.assign(dns, { resolve4, resolve6 });
Object.assign(dns.Resolver.prototype, { resolve4, resolve6 });
dns.promises.lookup = async (name, options) => {
  if (hosts[name] === undefined) throw unknown(name);
  const found = { address: hosts[name], family: 4 };
  return options?.all ? [found] : found;
};
syncBuiltinESMExports();
