import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Haineko, type HainekoProps } from './haineko.ts';
import { addOutputs } from './outputs.ts';
import { stageName } from './stage.ts';

/** One stage as a stack of its own, called Haineko-<stage>. */
export class HainekoStack extends Stack {
  constructor(scope: Construct, props: HainekoProps) {
    const stage = stageName(props.stage);
    super(scope, `Haineko-${stage}`, { description: `Haineko, HTTP API into ESMTP, stage ${stage}` });
    addOutputs(this, new Haineko(this, 'Haineko', props));
  }
}
