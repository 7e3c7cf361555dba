/** What a command asks AWS for, in the words of docs/command.md: IAM actions as code, and when. Its IAM policy: docs/security.md. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  start: 'with `--stage`: `ssm:GetParameters`; `ses:SendRawEmail` where a route is AmazonSES without `auth`.',
  route:
    'with `--stage`: `ssm:GetParameters`, and `ssm:GetParameter` on `stack`; with `--iam`: `execute-api:Invoke`.',
  check: 'with `--aws`: `ssm:GetParametersByPath`.',
  conf: '`ssm:GetParametersByPath`.',
  push: '`ssm:GetParametersByPath`, `ssm:DescribeParameters`, `ssm:PutParameter`, `ssm:LabelParameterVersion`, `ssm:UnlabelParameterVersion`; `ssm:DeleteParameters` with `--prune`, and with `--retype`; `ssm:GetParameterHistory` where one has 100 versions.',
  pull: '`ssm:GetParametersByPath`.',
  diff: '`ssm:GetParametersByPath`.',
  rollback:
    '`ssm:GetParametersByPath`, and but for `--list` `ssm:DescribeParameters`, `ssm:PutParameter`, `ssm:GetParameterHistory`, `ssm:LabelParameterVersion`; `ssm:DeleteParameters` with `--retype`; `ssm:UnlabelParameterVersion` where a parameter has 100 versions.',
  rotate:
    '`ssm:GetParametersByPath`, `ssm:DescribeParameters`, `ssm:PutParameter`; `ssm:GetParameterHistory` with `--rollback`; `ssm:DeleteParameters` with `--retype`; `ssm:GetParameterHistory` and `ssm:UnlabelParameterVersion` where it has 100 versions.',
  send: 'with `--stage`: `ssm:GetParameter` on `stack`; where callers sign: `execute-api:Invoke`.',
  status: 'with `--stage`: `ssm:GetParameter` on `stack`; where callers sign: `execute-api:Invoke`.',
  doctor:
    '`ssm:GetParametersByPath`, `ssm:DescribeParameters`, `ssm:GetServiceSetting`, `ssm:GetParameterHistory` where a parameter has 90 versions or more; where a route is AmazonSES: `ses:GetAccount`, `ses:GetEmailIdentity`, `ses:GetConfigurationSet`. What it may not do is told, and ends nothing.',
  destroy: '`ssm:GetParametersByPath`, `ssm:DeleteParameters`.',
};

/** What a command asks AWS for. Throws for one that nobody has described: an operator must be able to permit it. */
export function permissionsOf(command: string): string {
  const told = PERMISSIONS[command];
  if (told === undefined) throw new Error(`${command}: no permissions in bin/docs/command-permissions.ts`);
  return told;
}
