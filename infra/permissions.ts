import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Permission } from './permit.ts';
import { parameterPrefix } from './stage.ts';

/**
 * Leave to read a stage's parameters. No kms:Decrypt with it: the credentials are SecureStrings under the AWS managed key aws/ssm, whose key policy lets
 * every principal of the account decrypt what Parameter Store lets it read
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html). So the path below is the lock.
 */
export function mayReadTables(scope: Construct, stage: string): Permission {
  // GetParameters alone: GetParametersByPath and DescribeParameters would list names, and the relay knows its names
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
  return {
    statement: new PolicyStatement({
      sid: 'ReadTables',
      actions: ['ssm:GetParameters'],
      resources: [parameterArn(scope, stage)],
    }),
    wildcardReason:
      "The stage's own parameters: which credentials and shards there are, its tables say after the deployment.",
  };
}

/**
 * Leave to decrypt by a customer managed key: only as Parameter Store of this region does it, and only this stage's parameters, whose ARN is the encryption
 * context. https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
 */
export function mayDecryptTables(
  scope: Construct,
  stage: string,
  key: { readonly keyArn: string },
): Permission {
  const statement = new PolicyStatement({
    sid: 'DecryptCredentials',
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `ssm.${Stack.of(scope).region}.amazonaws.com` },
      StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': parameterArn(scope, stage) },
    },
  });
  return { statement };
}

/**
 * Leave to read and write the journal's rows, one at a time or those of one partition. Not what CDK's grantReadWriteData() gives: no Scan, which would
 * hand over all of it, and no batches. Conditions on a write need no action of their own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function mayKeepJournal(table: ITable): Permission {
  return {
    statement: new PolicyStatement({
      sid: 'KeepJournal',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resources: [table.tableArn],
    }),
  };
}

/**
 * What Lambda's service needs of the role to put a function into a VPC, and a denial of the same to the function's own code.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function mayEnterVpc(scope: Construct): Permission[] {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const functions = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    {
      statement: new PolicyStatement({ sid: 'EnterVpc', actions, resources: ['*'] }),
      wildcardReason:
        "Network interfaces that do not exist yet; the next statement keeps the function's own code from it.",
    },
    {
      statement: new PolicyStatement({
        sid: 'NotByItsOwnCode',
        effect: Effect.DENY,
        actions,
        resources: ['*'],
        // on every call that a function's code makes, and on none that Lambda makes for it. Not this function's own ARN: it waits for its role
        conditions: { ArnLike: { 'lambda:SourceFunctionArn': functions } },
      }),
    },
  ];
}

function parameterArn(scope: Construct, stage: string): string {
  const resourceName = `${parameterPrefix(stage).slice(1)}*`;
  return Stack.of(scope).formatArn({ service: 'ssm', resource: 'parameter', resourceName });
}
