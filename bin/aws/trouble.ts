import { CommandFailure } from '../command.ts';

/** What was being done when AWS said no. */
export type Doing = {
  /** The permission that it takes, as IAM writes it: `ssm:PutParameter`. */
  readonly action: string;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
};

/** How far an error's own words are shown: AWS repeats the caller's ARN and the resource's, which help. */
const MOST_WORDS = 400;

/**
 * What went wrong with a call to AWS, and what to do: by the error's name, which AWS documents, never by its text alone.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
 */
export function trouble(error: unknown, doing: Doing): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const { name, code, words } = read(error);
  const [message, hint] = known(name, words, doing) ?? unknown(name, code, words);
  return new CommandFailure(`${doing.action}: ${message}`, hint, 1, { cause: error });
}

/** What AWS's documented errors mean here: a message, and what to do. */
function known(name: string, words: string, doing: Doing): readonly [string, string] | undefined {
  const login = `Log in again (aws sso login${profiled(doing)}), or fetch new keys where they come by AWS_SESSION_TOKEN.`;
  switch (name) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      if (/expired|sso login/i.test(words)) return [`the session with AWS has expired (${words})`, login];
      return [noKeys(words, doing.profile), KEYS];
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'RequestExpired':
      return ['the session with AWS has expired', login];
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
      return [
        'AWS does not know these keys',
        `${KEYS} A region that the account has not switched on says the same.`,
      ];
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
    case 'RequestTimeTooSkewed':
      return /Signature (?:expired|not yet current)|skew/i.test(words)
        ? ["this machine's clock is wrong", 'Set it (timedatectl set-ntp true), and run the command again.']
        : ['AWS does not accept the signature: the secret access key is not the right one', KEYS];
    case 'AccessDenied':
    case 'AccessDeniedException':
    case 'NotAuthorized':
      return denied(words, doing);
    case 'ThrottlingException':
    case 'Throttling':
    case 'TooManyRequestsException':
    case 'RequestLimitExceeded':
      return ['AWS throttles, after several attempts', 'Run the same command again in a minute.'];
    case 'TooManyUpdates':
      return [
        'the parameter is being changed by somebody else, or has just been',
        'Run the same command again.',
      ];
    case 'ParameterLimitExceeded':
      return ['the account has no room for another parameter', 'Delete others, or have the quota raised.'];
    case 'ParameterMaxVersionLimitExceeded':
      return [
        'the parameter has 100 versions, and the oldest has a label of somebody else',
        'Take that label off: aws ssm unlabel-parameter-version.',
      ];
    case 'ParameterVersionLabelLimitExceeded':
      return [
        'a version has ten labels already, which is all that SSM takes',
        'Take those of somebody else off: aws ssm unlabel-parameter-version.',
      ];
    case 'HierarchyTypeMismatchException':
      return [
        'a parameter of that name has another type',
        'haineko conf shows it; delete it by aws ssm delete-parameter, and lay it again.',
      ];
    case 'InvalidKeyId':
      return [
        `the key of KMS cannot be used: ${words}`,
        'Is it enabled, in this region, and the right one? --key-id names another.',
      ];
    case 'ParameterNotFound':
    case 'ParameterVersionNotFound':
      return ['no such parameter, or it was deleted meanwhile', 'Run the command again.'];
    case 'TimeoutError':
    case 'NetworkingError':
    case 'AbortError':
      return ['no answer from AWS', NETWORK];
    default:
      return undefined;
  }
}

/** AWS says which action it was: a role that cannot be taken, or a key that cannot be used, is told under the caller's own call. */
function denied(words: string, { action, profile }: Doing): readonly [string, string] {
  const asked = /not authorized to perform: (\S+)/.exec(words)?.[1] ?? action;
  if (asked.startsWith('sts:'))
    return [
      `not permitted: ${words}`,
      `The role of ${profile === undefined ? 'the profile' : `the profile ${profile}`} cannot be taken: its trust policy, or your right to ${asked}.`,
    ];
  if (asked.startsWith('kms:') || /\bkms\b/i.test(words))
    return [
      `not permitted: ${words}`,
      'Who runs the command needs kms:Decrypt and kms:Encrypt by the key that the secrets are under: docs/security.md#the-commands-permissions.',
    ];
  return [
    `not permitted: ${words}`,
    `Who runs the command needs ${asked}: docs/security.md#the-commands-permissions has a policy.`,
  ];
}

function unknown(name: string, code: string | undefined, words: string): readonly [string, string] {
  if (/region is missing|region not accepted/i.test(words))
    return ['no region', 'Say --region REGION, or set AWS_REGION, or region in the profile (~/.aws/config).'];
  if (/multi-?factor|mfa/i.test(words))
    return [
      `no keys for AWS (${words})`,
      'Fetch keys of a session first: aws sts get-session-token, or aws sso login.',
    ];
  if (code !== undefined && /CERT|SIGNED|VERIFY|^ERR_(?:TLS|SSL)/.test(code))
    return [
      `no way to AWS: ${code} (${words})`,
      'A proxy that opens TLS? NODE_EXTRA_CA_CERTS names the file with its certificate.',
    ];
  if (code !== undefined && /^E[A-Z_]+$|^ERR_/.test(code))
    return [`no way to AWS: ${code} (${words})`, NETWORK];
  return [`${name}: ${words}`, ''];
}

const KEYS =
  'Say --profile NAME, set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in: aws sso login. `aws sts get-caller-identity` shows who you are.';
const NETWORK = 'Is there a network, a proxy? AWS_ENDPOINT_URL and --region say where the command looks.';

function noKeys(words: string, profile: string | undefined): string {
  if (profile === undefined) return `no keys for AWS (${words})`;
  return `no keys for AWS in the profile ${profile} (${words})`;
}

function profiled({ profile }: Doing): string {
  return profile === undefined ? '' : ` --profile ${profile}`;
}

function read(error: unknown): { name: string; code: string | undefined; words: string } {
  if (!(error instanceof Error)) return { name: 'Error', code: undefined, words: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // node tries several addresses, and its error for all of them says nothing
  const inner =
    error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0].message : '';
  return { name: error.name, code, words: (error.message || inner).slice(0, MOST_WORDS) };
}
