import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Haineko } from './haineko.ts';

/** What `cdk deploy` prints at its end. */
export function printOutputs(stack: Stack, haineko: Haineko): void {
  const print = (id: string, value: string | undefined, description: string) =>
    value !== undefined && new CfnOutput(stack, id, { value, description });
  const { sendingDomain } = haineko;

  print('Url', haineko.url, 'POST a mail as JSON to <Url>/submit');
  print('Curl', curlLine(haineko), 'Fill in what is in capitals, and paste it');
  print('Tables', haineko.parameterPrefix, 'Where its tables are in SSM Parameter Store');
  print('Log', haineko.log.logGroupName, "The function's log: a line for each mail");
  print('AccessLog', haineko.accessLog.logGroupName, "API Gateway's log: a line for each request");
  print('Dashboard', haineko.dashboardName, 'In CloudWatch');
  print('Alarms', haineko.alarms.topicArn, 'The SNS topic that is told of alarms');
  print('DomainTarget', haineko.domainTarget, 'What a CNAME record of your domain must say');
  print('OutgoingAddress', haineko.outgoingAddress, 'The address that smarthosts see');
  print(
    'ConfigurationSet',
    sendingDomain?.configurationSetName,
    "Of every mail from ses.domain; a route's configuration_set",
  );
  for (const [at, { name, value }] of (sendingDomain?.dkimRecords ?? []).entries()) {
    print(
      `Dkim${at + 1}`,
      `${name}. CNAME ${value}.`,
      'A record for your DNS: it proves the domain to SES, and carries a DKIM key',
    );
  }
}

function curlLine({ url, authorization, function: { stack } }: Haineko): string {
  const who =
    authorization === 'iam'
      ? `--aws-sigv4 aws:amz:${stack.region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H "x-amz-security-token: $AWS_SESSION_TOKEN"`
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
