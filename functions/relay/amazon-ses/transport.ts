import type { ApiFailure, ApiRequest, ApiResponse } from '../api/exchange.ts';

/** A signed request as the SDK hands it to its transport, what we need of it. */
type SignedRequest = {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The query protocol's form. */
  readonly body: string | Uint8Array;
};

/** A command of the SDK, what we need of it. */
type Command = {
  readonly middlewareStack: {
    add(
      middleware: () => (args: { readonly request: unknown }) => Promise<{ response: unknown }>,
      options: { readonly name: string; readonly step: 'deserialize'; readonly priority: 'low' },
    ): void;
  };
};

/**
 * Takes the place of the SDK's transport for one command: last of the steps, so that the request is written and signed by
 * then, and what it returns is what the SDK reads. A failure makes the SDK's send() reject.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function carryBy(
  command: Command,
  carry: (request: ApiRequest) => Promise<ApiResponse | ApiFailure>,
): void {
  command.middlewareStack.add(
    () => async (args) => {
      const result = await carry(apiRequest(args.request as SignedRequest));
      if ('failed' in result) throw new Error(result.failed);
      const { status, headers, body } = result;
      return { response: { statusCode: status, headers: { ...headers }, body } };
    },
    { name: 'exchange', step: 'deserialize', priority: 'low' },
  );
}

function apiRequest({ protocol, hostname, port, path, headers, body }: SignedRequest): ApiRequest {
  const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
  return { url, headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}
