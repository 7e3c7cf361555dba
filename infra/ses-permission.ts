import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Permission } from './permit.ts';

export type Ses = {
  /**
   * A domain to send as: the stack makes its identity, a configuration set for it, and rules nothing else. Its DKIM records are outputs, for your DNS;
   * bounces, complaints and deliveries go to EventBridge. A domain is an identity once in an account and region.
   */
  readonly domain?: string;
  /**
   * Identities (domains, addresses) that the function may send as. Default: every one of the account; none: []. Name them once the account is out of the
   * sandbox: there SES holds the role against the recipients' identities too.
   */
  readonly identities?: readonly string[];
  /** Names of the configuration sets that routes may name. Default: that of `domain`, where it is the only one of `identities`, else every one. */
  readonly configurationSets?: readonly string[];
  /** Addresses that From may be, with `*`: `*@example.jp`. Case counts. Default: any of the identities. */
  readonly fromAddresses?: readonly string[];
};

/**
 * Leave to send by Amazon SES. SendRawEmail is checked against the identity, and against the configuration set where the mail or the identity names one.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
 */
export function sesPermission(
  scope: Construct,
  ses: Ses,
  configurationSet: string | undefined,
): Permission[] {
  const { domain, identities = ['*'] } = ses;
  if (identities.length === 0) return [];
  const only = configurationSet !== undefined && identities.every((each) => each === domain);
  const arn = (resource: string) => (resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ses', resource, resourceName });
  const statement = new PolicyStatement({
    sid: 'SendByAmazonSES',
    actions: ['ses:SendRawEmail'],
    resources: [
      ...identities.map(arn('identity')),
      ...(ses.configurationSets ?? [only ? configurationSet : '*']).map(arn('configuration-set')),
    ],
    ...(ses.fromAddresses && {
      // https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
      conditions: { StringLike: { 'ses:FromAddress': [...ses.fromAddresses] } },
    }),
  });
  const wildcardReason =
    "Sends as the account's own identities and by its own configuration sets; ses.identities and ses.configurationSets name fewer.";
  return [{ statement, wildcardReason }];
}
