import { type ChildProcess, spawn } from 'node:child_process';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

/** An event as API Gateway's HTTP API sends it, payload format 2.0, as far as tests change it. */
export type GatewayEvent = {
  readonly rawPath?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestContext: { readonly timeEpoch: number; readonly http?: object };
};

/** What the handler answered, and how long it took. */
export type Answer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
};
export type Answered = Answer & { readonly ms: number; readonly json: Readonly<Record<string, unknown>> };

/** A wall clock: `at` at the real time `since` (both milliseconds since the epoch), and `rate` times as fast as that one. */
export type Pace = { readonly since: number; readonly at: number; readonly rate: number };

/** A bundle, loaded in a process of its own. */
export type Lambda = {
  readonly version: string;
  /** Milliseconds that loading took, top-level await included. */
  readonly loaded: number;
  /** Everything it wrote to stdout and stderr. */
  log(): string;
  invoke(event: GatewayEvent): Promise<Answered>;
  /** Sets its wall clock, which must have been started with TEST_CLOCK; its timers stay as they are. */
  setClock(pace: Pace): void;
  /** Stands still, as an instance without a request does, until it is thawed. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
};

/** Loads the bundle in `folder` into a fresh process of the Node at `node`, with these variables and no others. */
export async function startLambda(
  node: string,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Lambda> {
  const child = spawn(node, [fileURLToPath(new URL('lambda.mjs', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: env['PATH'], LAMBDA_TASK_ROOT: folder, ...variables },
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  const ready = await message<{ ready: number; version: string }>(
    child,
    (each) => 'ready' in each,
    () => written,
  );
  let last = 0;
  return {
    version: ready.version,
    loaded: ready.ready,
    log: () => written,
    async invoke(event) {
      last += 1;
      const id = last;
      const answer = message<{ answer?: Answer; error?: string; ms: number }>(
        child,
        (each) => each['id'] === id,
        () => written,
      );
      child.send({ id, event });
      const { answer: got, error, ms } = await answer;
      if (got === undefined) throw new Error(`the handler threw: ${error}`);
      const isJson = header(got, 'content-type')?.startsWith('application/json');
      return { ...got, ms, json: isJson ? JSON.parse(got.body) : {} };
    },
    setClock: (clock) => void child.send({ clock }),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      else return;
      await ended;
    },
  };
}

/** A header of an answer, whatever the case of its name. */
export function header(answer: Pick<Answer, 'headers'>, name: string): string | undefined {
  return Object.entries(answer.headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** The next message of the child that is wanted; rejects, with what the child wrote, when it ends first. */
function message<T>(
  child: ChildProcess,
  wanted: (each: Record<string, unknown>) => boolean,
  written: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (each: Record<string, unknown>) => {
      if (!wanted(each)) return;
      done();
      resolve(each as T);
    };
    const onExit = (code: number | null) => {
      done();
      reject(new Error(`the process ended (${code}): ${written()}`));
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
