import { Stack } from 'aws-cdk-lib';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { STACK_RECORD, type StackRecord } from './stack-record.ts';
import { parameterPrefix } from './stage.ts';

/** The stage's StackRecord in SSM: who has the stage's name, a profile and a region finds all of it. It goes with the stack. */
export class StackParameter extends Construct {
  constructor(scope: Construct, id: string, { stage, record }: { stage: string; record: StackRecord }) {
    super(scope, id);
    new CfnParameter(this, 'Parameter', {
      name: parameterPrefix(stage) + STACK_RECORD,
      description: 'Laid by cdk deploy: tells the haineko command who lays the tables, and where to POST',
      type: 'String',
      tier: 'Standard',
      value: Stack.of(this).toJsonString(record),
    });
  }
}
