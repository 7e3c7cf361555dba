import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Haineko } from './haineko.ts';
import { stageName } from './stage.ts';

/** One stage as a stack of its own, called Haineko-<stage>. */
export class HainekoStack extends Stack {
  constructor(scope: Construct, stage: string) {
    const name = stageName(stage);
    super(scope, `Haineko-${name}`, { description: `Haineko, HTTP API into ESMTP, stage ${name}` });
    const haineko = new Haineko(this, 'Haineko', { stage: name });
    new CfnOutput(this, 'Url', { value: haineko.url, description: 'POST a mail as JSON to <Url>/submit' });
    new CfnOutput(this, 'Tables', {
      value: haineko.parameterPrefix,
      description: 'Where its tables are in SSM Parameter Store',
    });
  }
}
