import { byStatus, fault, refusedCredential, throttled, verdict } from '../api/answers.ts';
import type { ApiResponse } from '../api/exchange.ts';
import { textProperty } from '../api/json.ts';
import type { Answer } from '../relay.ts';

/**
 * What SES says by its error codes; undefined where the error is none of its own.
 * https://docs.aws.amazon.com/ses/latest/DeveloperGuide/api-error-codes.html
 * https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html#API_SendRawEmail_Errors
 * https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html
 */
export function sesRefusal(
  error: unknown,
  response: ApiResponse,
  byRole: boolean,
  now: number,
): Answer | undefined {
  // <Code> as it stands in the answer; some have an "Exception" at their end here and none there
  const code = textProperty(error, 'Code')?.replace(/Exception$/, '');
  if (code === undefined) return undefined;
  const said = [code, ...(error instanceof Error ? [error.message] : [])];
  switch (code) {
    // RFC 3463 X.7.1, message refused: an address that is not verified, a virus
    case 'MessageRejected':
      return verdict('554', '5.7.1', ...said);
    case 'InvalidParameterValue':
      return verdict('554', '5.6.0', ...said);
    // the identity's MAIL FROM domain, the route's configuration set
    case 'MailFromDomainNotVerified':
    case 'ConfigurationSetDoesNotExist':
      return fault('4.3.5', ...said);
    // RFC 3463 X.3.2: system not accepting network messages
    case 'AccountSendingPaused':
    case 'ConfigurationSetSendingPaused':
      return fault('4.3.2', ...said);
    case 'Throttling':
    case 'TooManyRequests':
    case 'LimitExceeded':
      return throttled(response, now, ...said);
    // without their texts: these repeat what was signed
    case 'InvalidClientTokenId':
    case 'UnrecognizedClient':
    case 'SignatureDoesNotMatch':
    case 'InvalidSignature':
    case 'IncompleteSignature':
    case 'MissingAuthenticationToken':
    case 'ExpiredToken':
      return refusedCredential(code);
    case 'AccessDenied':
    case 'NotAuthorized':
    case 'OptInRequired':
      return { ...notAllowed(code, byRole), cause: said.join(': ') };
    // our clock is wrong; the SDK has learned by how much
    case 'RequestExpired':
      return fault('4.3.0', ...said);
    // a request that is none of SES's: our defect, or another service at the endpoint
    case 'InvalidAction':
    case 'InvalidQueryParameter':
    case 'InvalidParameterCombination':
    case 'MalformedQueryString':
    case 'MissingAction':
    case 'MissingParameter':
      return fault('4.3.5', ...said);
    default:
      return byStatus(response, now, code);
  }
}

/** The text goes to the log alone: it names the account and its role. */
function notAllowed(code: string, byRole: boolean): Answer {
  if (!byRole) return refusedCredential(code);
  return fault(
    '4.7.0',
    code,
    'the role is not allowed ses:SendRawEmail for this sender, configuration set or region',
  );
}
