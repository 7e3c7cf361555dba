import { App } from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { HainekoStack } from './stack.ts';

// The behaviours that the CDK recommends to a new app, of the very version that package.json pins; `cdk init` would copy
// them into cdk.json, 85 lines that age. https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
const app = new App({ context: flags });
// cdk synth, cdk deploy: production; another one by -c stage=NAME
new HainekoStack(app, app.node.tryGetContext('stage') ?? 'production');
