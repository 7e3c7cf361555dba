import { HttpApi, PayloadFormatVersion } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** What the API needs to know. */
export type ApiProps = {
  /** A label in the console; it need not be unique. */
  readonly label: string;
  /** Answers every request. */
  readonly target: IFunction;
};

/** The HTTP API: one route, `$default`, into the function, which knows the paths itself (404 and 405 are in its JSON). */
export class Api extends Construct {
  /** Without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'HttpApi', {
      apiName: props.label,
      // the `$default` route and stage: the URL has no stage in its path
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
      createDefaultStage: true,
      defaultIntegration: new HttpLambdaIntegration('Submit', props.target, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      }),
    });
    this.url = api.apiEndpoint;
  }
}
