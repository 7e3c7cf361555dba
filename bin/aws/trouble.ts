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
  const { name, code, words, skewed } = read(error);
  const failure = (message: string, hint: string) =>
    new CommandFailure(`${doing.action}: ${message}`, hint, 1, { cause: error });
  switch (name) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return failure(noKeys(words, doing.profile), KEYS);
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'RequestExpired':
      return failure('the session with AWS has expired', `Log in again: aws sso login${profiled(doing)}`);
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
      return failure('AWS does not know these keys', KEYS);
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
    case 'RequestTimeTooSkewed':
    case 'RequestExpiredException':
      return skewed
        ? failure(
            "this machine's clock is wrong",
            'Set it (timedatectl set-ntp true), and run the command again.',
          )
        : failure('AWS does not accept the signature: the secret access key is not the right one', KEYS);
    case 'AccessDenied':
    case 'AccessDeniedException':
    case 'NotAuthorized':
      return failure(
        `not permitted: ${words}`,
        `Who runs the command needs ${doing.action} on this stage's parameters: docs/security.md#the-commands-permissions has a policy.`,
      );
    case 'ThrottlingException':
    case 'Throttling':
    case 'TooManyRequestsException':
    case 'RequestLimitExceeded':
    case 'TooManyUpdates':
      return failure(
        'AWS throttles, after several attempts',
        'Run the same command again in a minute: it goes on where it stopped.',
      );
    case 'ParameterLimitExceeded':
      return failure(
        'the account has no room for another parameter',
        'Delete others, or have the quota raised.',
      );
    case 'ParameterMaxVersionLimitExceeded':
      return failure(
        'the parameter has 100 versions, and the oldest has a label',
        'Take that label off: aws ssm unlabel-parameter-version.',
      );
    case 'ParameterNotFound':
    case 'ParameterVersionNotFound':
      return failure('no such parameter, or it was deleted meanwhile', 'Run the command again.');
    case 'TimeoutError':
    case 'NetworkingError':
    case 'AbortError':
      return failure('no answer from AWS', NETWORK);
    default:
      break;
  }
  if (/region is missing|region not accepted/i.test(words)) {
    return failure(
      'no region',
      'Say --region REGION, or set AWS_REGION, or region in the profile (~/.aws/config).',
    );
  }
  if (code !== undefined && /^E[A-Z]+$|^ERR_|CERT|SIGNED/.test(code))
    return failure(`no way to AWS: ${code} (${words})`, NETWORK);
  return failure(`${name}: ${words}`, '');
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

function read(error: unknown): { name: string; code: string | undefined; words: string; skewed: boolean } {
  if (!(error instanceof Error))
    return { name: 'Error', code: undefined, words: String(error), skewed: false };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // node tries several addresses, and its error for all of them says nothing
  const inner =
    error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0].message : '';
  const words = (error.message || inner).slice(0, MOST_WORDS);
  return { name: error.name, code, words, skewed: /Signature (?:expired|not yet current)|skew/i.test(words) };
}
