import { Construct } from 'constructs';
import { Api } from './api.ts';
import { parameterPrefix, stageName } from './stage.ts';
import { SubmitFunction } from './submit-function.ts';

/** What a relay needs to know. */
export type HainekoProps = {
  /** Separates one relay from another in the same account and region: its tables are under /haineko/<stage>/ in SSM. */
  readonly stage: string;
};

/** A whole relay, for this repository's stack or for a CDK app of your own: `new Haineko(this, 'Mail', { stage: 'test' })`. */
export class Haineko extends Construct {
  /** Where to POST: `<url>/submit`. */
  readonly url: string;
  /** Where the tables are in SSM Parameter Store. */
  readonly parameterPrefix: string;

  constructor(scope: Construct, id: string, props: HainekoProps) {
    super(scope, id);
    const stage = stageName(props.stage);
    const submit = new SubmitFunction(this, 'Submit', { stage });
    const api = new Api(this, 'Api', { label: `Haineko-${stage}`, target: submit.function });
    this.url = api.url;
    this.parameterPrefix = parameterPrefix(stage);
  }
}
