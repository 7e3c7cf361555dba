import { App, Validations } from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigError } from '../functions/tables/config-error.ts';
import { HainekoStack } from './stack.ts';
import { STAGES } from './stages.ts';

// The behaviours that the CDK recommends to a new app, of the very version that package.json pins; `cdk init` would copy
// them into cdk.json, 85 lines that age. https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
const app = new App({ context: flags });
// what AWS's own list of bad habits finds ends the synth, unless it is acknowledged with a reason, beside the code that it is about
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
// cdk synth, cdk deploy: production; another one by -c stage=NAME
const stage = app.node.tryGetContext('stage') ?? 'production';
try {
  new HainekoStack(app, { ...STAGES[stage], stage });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  // an operator's slip, which its message tells whole
  console.error(error.message);
  // at once: at its end the app would write the template of half a stack
  process.exit(1);
}
