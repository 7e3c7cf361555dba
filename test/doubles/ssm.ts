import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** What a call may meet instead of an answer. */
export type SsmFault = 'throttling' | 'internal' | 'access-denied' | 'hang' | 'half' | 'reset';

type Stored = { type: 'String' | 'SecureString'; value: string; version: number; modified: number };
type Asked = { Names?: unknown; WithDecryption?: unknown };

export type SsmDouble = {
  readonly url: string;
  /** Names of each GetParameters call, as they were asked for: attempts that met a fault too. */
  readonly calls: readonly (readonly string[])[];
  /** What was wrong with requests that the real SSM would have refused (signature, target, content type). */
  readonly complaints: readonly string[];
  put(name: string, value: string, type?: Stored['type']): void;
  remove(name: string): void;
  /** The next calls meet these faults, one each. */
  failNext(...faults: readonly SsmFault[]): void;
  /** All calls meet this fault, until undefined. */
  failAll(fault: SsmFault | undefined): void;
  /** Answers wait for so many milliseconds. */
  delay(ms: number): void;
  forgetCalls(): void;
  /** Connections that are open now, and that ever were. */
  connections(): number;
  accepted(): number;
  stop(): Promise<void>;
};

const ERRORS = {
  throttling: [400, 'ThrottlingException', 'Rate exceeded'],
  internal: [500, 'InternalServerError', 'An error occurred on the server side.'],
  'access-denied': [
    400,
    'AccessDeniedException',
    'User: haineko is not authorized to perform: ssm:GetParameters',
  ],
} as const;

/** SSM on the loopback: GetParameters in AWS JSON 1.1 over HTTP, or HTTPS with the given key and certificate. */
export async function startSsmDouble(tls?: { key: string; cert: string }): Promise<SsmDouble> {
  const stored = new Map<string, Stored>();
  const calls: string[][] = [];
  const complaints: string[] = [];
  const faults: SsmFault[] = [];
  const sockets = new Set<Socket>();
  let always: SsmFault | undefined;
  let wait = 0;
  let accepted = 0;

  const onRequest: RequestListener = async (request, response) => {
    const asked = JSON.parse(await bodyOf(request)) as Asked;
    const names = Array.isArray(asked.Names) ? asked.Names.map(String) : [];
    calls.push(names);
    complaints.push(...complaintsOf(request));
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const fault = faults.shift() ?? always;
    if (fault === 'hang') return;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'half') {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': 1000 });
      return void response.write('{"Parameters": [');
    }
    if (fault) {
      const [status, type, message] = ERRORS[fault];
      return sendError(response, status, type, message);
    }
    if (names.length < 1 || names.length > 10 || new Set(names).size < names.length) {
      return sendError(response, 400, 'ValidationException', `names: ${names.length}, or one twice`);
    }
    send(response, 200, getParameters(stored, names, asked.WithDecryption === true));
  };

  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    calls,
    complaints,
    put(name, value, type = 'String') {
      const version = (stored.get(name)?.version ?? 0) + 1;
      stored.set(name, { type, value, version, modified: Date.now() / 1000 });
    },
    remove: (name) => void stored.delete(name),
    failNext: (...next) => void faults.push(...next),
    failAll(fault) {
      always = fault;
    },
    delay(ms) {
      wait = ms;
    },
    forgetCalls: () => void calls.splice(0),
    connections: () => sockets.size,
    accepted: () => accepted,
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function getParameters(stored: ReadonlyMap<string, Stored>, names: readonly string[], decrypt: boolean) {
  // as the real one: in no order that a reader could rely on
  const found = names.filter((name) => stored.has(name)).sort();
  return {
    InvalidParameters: names.filter((name) => !stored.has(name)),
    Parameters: found.map((name) => {
      const { type, value, version, modified } = stored.get(name) as Stored;
      return {
        ARN: `arn:aws:ssm:us-east-1:123456789012:parameter${name}`,
        DataType: 'text',
        LastModifiedDate: modified,
        Name: name,
        Type: type,
        Value: type === 'SecureString' && !decrypt ? 'AQICAHh...' : value,
        Version: version,
      };
    }),
  };
}

function complaintsOf({ headers, method }: IncomingMessage): string[] {
  const complaints: string[] = [];
  const signature =
    /^AWS4-HMAC-SHA256 Credential=\S+\/\d{8}\/[a-z0-9-]+\/ssm\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/;
  if (method !== 'POST') complaints.push(`method ${method}`);
  if (!signature.test(headers.authorization ?? '')) complaints.push('no AWS4-HMAC-SHA256 signature');
  if (headers['x-amz-target'] !== 'AmazonSSM.GetParameters')
    complaints.push(`target ${headers['x-amz-target']}`);
  if (headers['content-type'] !== 'application/x-amz-json-1.1')
    complaints.push(`type ${headers['content-type']}`);
  return complaints;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk;
  return body;
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  send(response, status, { __type: type, message });
}

function send(response: ServerResponse, status: number, answer: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'double' });
  response.end(JSON.stringify(answer));
}
