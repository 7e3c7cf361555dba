import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Haineko } from './haineko.ts';

/** What `cdk deploy` prints at its end, but for what the stage does not have. */
export function addOutputs(stack: Stack, haineko: Haineko): void {
  for (const [id, value, description] of outputsOf(haineko)) {
    if (value !== undefined) new CfnOutput(stack, id, { value, description });
  }
}

function outputsOf(haineko: Haineko): readonly (readonly [string, string | undefined, string])[] {
  const { sendingDomain } = haineko;
  return [
    ['Url', haineko.url, 'POST a mail as JSON to <Url>/submit'],
    ['Curl', curlLine(haineko), 'Fill in what is in capitals, and paste it'],
    ['Tables', haineko.parameterPrefix, 'Where its tables are in SSM Parameter Store'],
    ['Log', haineko.log.logGroupName, "The function's log: a line for each mail"],
    ['AccessLog', haineko.accessLog.logGroupName, "API Gateway's log: a line for each request"],
    ['Journal', haineko.journal.tableName, 'The table of what became of each mail'],
    ['Dashboard', haineko.dashboardName, 'In CloudWatch'],
    ['Alarms', haineko.alarms.topicArn, 'The SNS topic that is told of alarms'],
    ['DomainTarget', haineko.domainTarget, 'What a CNAME record of your domain must say'],
    ['OutgoingAddress', haineko.outgoingAddress, 'The address that smarthosts see'],
    [
      'ConfigurationSet',
      sendingDomain?.configurationSetName,
      "Of every mail from ses.domain; a route's configuration_set",
    ],
    ...(sendingDomain?.dkimRecords ?? []).map(
      ({ name, value }, at) =>
        [
          `Dkim${at + 1}`,
          `${name}. CNAME ${value}.`,
          'A record for your DNS: it proves the domain to SES, and carries a DKIM key',
        ] as const,
    ),
  ];
}

function curlLine(haineko: Haineko): string {
  const { url, authorization } = haineko;
  const who =
    authorization === 'iam'
      ? `--aws-sigv4 aws:amz:${Stack.of(haineko).region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H "x-amz-security-token: $AWS_SESSION_TOKEN"`
      : '-u USER:PASSWORD';
  const mail = {
    ehlo: '[127.0.0.1]',
    mail: 'SENDER',
    rcpt: ['RECIPIENT'],
    header: { subject: 'Nyaa' },
    body: 'Nyaaaaa',
  };
  return `curl ${who} '${url}/submit' -d '${JSON.stringify(mail)}'`;
}
