import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';

/** A statement of the function's role; where its resources hold a `*`, why they do. */
export type Permission = { readonly statement: PolicyStatement; readonly wildcardReason?: string };

/** Gives a role a permission, and acknowledges each of its wildcards by the exact id that cdk-nag has for it. */
export function permit(role: Role, { statement, wildcardReason }: Permission): void {
  role.addToPolicy(statement);
  if (wildcardReason === undefined) return;
  for (const resource of statement.resources) {
    const arn = plainArn(Stack.of(role).resolve(resource));
    if (!arn.includes('*')) continue;
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: wildcardReason });
  }
}

/** An ARN as cdk-nag writes it: what only the deployment knows stands in angle brackets. */
function plainArn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts]: unknown[] = value['Fn::Join'];
    return (Array.isArray(parts) ? parts.map(plainArn) : []).join(String(separator));
  }
  return JSON.stringify(value);
}
