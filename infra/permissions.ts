import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { parameterPrefix } from './stage.ts';

/**
 * What the submit function may do besides writing its log: read its stage's parameters and send through SES, in its own
 * account and region. Nothing else, and no kms:Decrypt: the credentials are SecureStrings under the AWS managed key
 * aws/ssm, whose key policy lets every principal of the account decrypt what Parameter Store lets it read
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html). So the path below is the
 * lock; a customer managed key would need its own grant.
 */
export function submitPermissions(scope: Construct, stage: string): PolicyStatement[] {
  const stack = Stack.of(scope);
  const ses = (resource: string) => stack.formatArn({ service: 'ses', resource, resourceName: '*' });
  return [
    // GetParameters alone: GetParametersByPath and DescribeParameters would list names, and the relay knows its names
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
    new PolicyStatement({
      sid: 'ReadTables',
      actions: ['ssm:GetParameters'],
      resources: [
        stack.formatArn({
          service: 'ssm',
          resource: 'parameter',
          resourceName: `${parameterPrefix(stage).slice(1)}*`,
        }),
      ],
    }),
    // SendRawEmail is checked against the identity, and against the configuration set where the mail or the identity
    // names one https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
    new PolicyStatement({
      sid: 'SendByAmazonSES',
      actions: ['ses:SendRawEmail'],
      resources: [ses('identity'), ses('configuration-set')],
    }),
  ];
}
