import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What `haineko start` was asked for. */
export type StartOptions = {
  readonly port: number;
  readonly host: string;
  /** The folder of the tables, absolute. */
  readonly config: string;
  /** The folder of the File mailer, absolute. */
  readonly outbox: string;
  readonly requireAuth: boolean;
  /** The password file, where HAINEKO_AUTH names another than the folder's. */
  readonly passwordFile: string | undefined;
  readonly development: boolean;
};

export const START_USAGE = `usage: haineko start [options]

  -p, --port PORT      port to listen on (2794; 0: a free one)
  -H, --host HOST      address to listen on (127.0.0.1)
  -c, --config DIR     folder of the tables (config/local)
  -o, --outbox DIR     folder of the File mailer (outbox)
  -A, --auth           require Basic authentication (also: HAINEKO_AUTH=password file)
  -d, --devel          development: GET /submit with a body is taken too
  -h, --help           this text

examples:
  npm start
  npm start -- --port 8025 --config ./my-tables -A
`;

const LOCAL_TABLES = fileURLToPath(new URL('../config/local', import.meta.url));

/** Reads the arguments of `start`: the options, `help`, or what is wrong with them. */
export function readStartOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): StartOptions | 'help' | { readonly wrong: string } {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return 'help';
  const { port, host, config, outbox, auth, devel } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    return { wrong: `--port: expected a number from 0 to 65535, got '${port}'` };
  }
  if (host === '') return { wrong: '--host: expected an address or a name, got nothing' };
  const named = env['HAINEKO_AUTH'] || undefined;
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(cwd, path));
  return {
    port: Number(port),
    host,
    config: config === undefined ? LOCAL_TABLES : absolute(config),
    outbox: absolute(outbox),
    requireAuth: auth || named !== undefined,
    passwordFile: named === undefined ? undefined : absolute(named),
    development: devel,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', short: 'p', default: '2794' },
      host: { type: 'string', short: 'H', default: '127.0.0.1' },
      config: { type: 'string', short: 'c' },
      outbox: { type: 'string', short: 'o', default: 'outbox' },
      auth: { type: 'boolean', short: 'A', default: false },
      devel: { type: 'boolean', short: 'd', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}
