import { dirname } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundle, SUBMIT } from './bundle.ts';

/**
 * The submit function's code as an asset, bundled while synthesizing. Not NodejsFunction: it asks esbuild for one
 * outfile, and splitting needs a folder. CDK's own bundling hook rather than a folder of ours: it skips the work where a
 * command needs no asset (cdk ls, cdk destroy), shares it between the stages of one app, and leaves no folder behind.
 * The image is never pulled, since the local bundler always says yes.
 */
export function submitCode(): Code {
  return Code.fromAsset(dirname(SUBMIT), {
    // by the bundle's bytes: a change of a comment or of a test deploys nothing
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outdir) {
          bundle(outdir);
          return true;
        },
      },
    },
  });
}
