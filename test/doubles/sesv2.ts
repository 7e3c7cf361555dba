import type { RequestListener, ServerResponse } from 'node:http';
import { type Loopback, startLoopback } from './loopback.ts';
import { signatureComplaints } from './signature.ts';

/** What an account may be told to be. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
export type SesAccount = {
  readonly ProductionAccessEnabled: boolean;
  readonly SendingEnabled: boolean;
  readonly EnforcementStatus: 'HEALTHY' | 'PROBATION' | 'SHUTDOWN';
  /** Mails; Max24HourSend -1: no limit. */
  readonly SendQuota: {
    readonly Max24HourSend: number;
    readonly MaxSendRate: number;
    readonly SentLast24Hours: number;
  };
};

type Status = 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';

/** What an identity may be told to be. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html */
export type SesIdentity = {
  readonly VerifiedForSendingStatus: boolean;
  readonly VerificationStatus: Status;
  readonly DkimAttributes: {
    readonly SigningEnabled: boolean;
    readonly Status: Status;
    readonly Tokens: readonly string[];
  };
  /** Without a MailFromDomain: none of its own. */
  readonly MailFromAttributes: {
    readonly BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';
    readonly MailFromDomain?: string;
    readonly MailFromDomainStatus?: Status;
  };
};

/** What the double knows: `GET /v2/email/...`. */
export type SesAction = 'GetAccount' | 'GetEmailIdentity' | 'GetConfigurationSet';

/** What a call may meet instead of an answer. */
export type SesFault = keyof typeof FAULTS | 'hang' | 'reset';

export type SesV2Double = Loopback & {
  /** Every call, with the identity or configuration set that it named. */
  readonly requests: readonly { readonly action: string; readonly name: string }[];
  /** What was wrong with requests that the real SES would have refused (signature, method, path). */
  readonly complaints: readonly string[];
  /** Changes the account: one out of the sandbox and healthy, until told otherwise. */
  account(changes: Partial<SesAccount>): void;
  /** Lays an identity: verified, with DKIM, until told otherwise. undefined: there is none. */
  identity(name: string, changes: Partial<SesIdentity> | undefined): void;
  configurationSet(name: string, options?: { readonly SendingEnabled: boolean }): void;
  /** All calls of the action meet this fault, until undefined. */
  fail(action: SesAction, fault: SesFault | undefined): void;
};

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html */
const FAULTS = {
  'access-denied': [403, 'AccessDeniedException', 'is not authorized to perform: ses:'],
  'expired-token': [403, 'ExpiredTokenException', 'The security token included in the request is expired'],
  throttling: [429, 'TooManyRequestsException', 'Too many requests'],
  internal: [500, 'InternalFailure', 'An internal error occurred'],
} as const;

const PATHS: readonly (readonly [SesAction, RegExp])[] = [
  ['GetAccount', /^\/v2\/email\/account()$/],
  ['GetEmailIdentity', /^\/v2\/email\/identities\/([^/]+)$/],
  ['GetConfigurationSet', /^\/v2\/email\/configuration-sets\/([^/]+)$/],
];

/** Amazon SES v2 on the loopback: what an account has, in REST and JSON over HTTP. It takes no mail. */
export async function startSesV2Double(): Promise<SesV2Double> {
  let account: SesAccount = {
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    EnforcementStatus: 'HEALTHY',
    SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 22 },
  };
  const identities = new Map<string, SesIdentity>();
  const sets = new Map<string, { readonly SendingEnabled: boolean }>();
  const faults = new Map<SesAction, SesFault | undefined>();
  const requests: { action: string; name: string }[] = [];
  const complaints: string[] = [];

  const found = (action: SesAction, name: string): object | undefined => {
    if (action === 'GetAccount') return { ...account, DedicatedIpAutoWarmupEnabled: true };
    if (action === 'GetConfigurationSet') {
      const options = sets.get(name);
      return options && { ConfigurationSetName: name, SendingOptions: options };
    }
    const identity = identities.get(name);
    const IdentityType = name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN';
    return identity && { IdentityType, FeedbackForwardingStatus: true, ...identity };
  };

  const onRequest: RequestListener = (request, response) => {
    const path = request.url ?? '';
    const [action, name] = calledBy(path);
    requests.push({ action: action ?? path, name });
    complaints.push(
      ...(request.method === 'GET' ? [] : [`method ${request.method}`]),
      ...signatureComplaints(request, 'ses'),
      ...(action ? [] : [`path ${path}`]),
    );
    if (!action) return sendError(response, 404, 'UnknownOperationException', 'No such operation');
    const fault = faults.get(action);
    if (fault === 'hang') return;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault) {
      const [status, type, message] = FAULTS[fault];
      const who = 'User: arn:aws:iam::123456789012:user/neko';
      return sendError(
        response,
        status,
        type,
        fault === 'access-denied' ? `${who} ${message}${action}` : message,
      );
    }
    const answer = found(action, name);
    if (answer) return send(response, 200, answer);
    const what = action === 'GetEmailIdentity' ? 'Email identity' : 'Configuration set';
    sendError(response, 404, 'NotFoundException', `${what} <${name}> does not exist.`);
  };

  return {
    ...(await startLoopback(onRequest)),
    requests,
    complaints,
    account(changes) {
      account = { ...account, ...changes };
    },
    identity(name, changes) {
      if (!changes) return void identities.delete(name);
      identities.set(name, { ...VERIFIED, ...changes });
    },
    configurationSet: (name, options = { SendingEnabled: true }) => void sets.set(name, options),
    fail: (action, fault) => void faults.set(action, fault),
  };
}

const VERIFIED: SesIdentity = {
  VerifiedForSendingStatus: true,
  VerificationStatus: 'SUCCESS',
  DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS', Tokens: ['mike', 'kijitora', 'sabatora'] },
  MailFromAttributes: { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
};

function calledBy(path: string): [SesAction | undefined, string] {
  for (const [action, pattern] of PATHS) {
    const name = pattern.exec(path)?.[1];
    if (name !== undefined) return [action, decodeURIComponent(name)];
  }
  return [undefined, ''];
}

function send(response: ServerResponse, status: number, answer: object, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(answer));
}

/** The exception's name is in a header, not in the body: the AWS restJson1 protocol. */
function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  send(response, status, { message }, { 'x-amzn-errortype': type });
}
