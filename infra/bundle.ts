import { rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { askForBuiltins } from './bundle/builtins.ts';
import { entryOutput, loadedWith } from './bundle/loaded-with.ts';
import { joinShared, joinStart } from './bundle/one-chunk.ts';

type Import = Metafile['outputs'][string]['imports'][number];

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The entry that API Gateway calls; infra names entry files and imports nothing of them. */
export const SUBMIT = join(ROOT, 'functions', 'submit.ts');

/**
 * Takes the place of the SDK's chain of credential providers, which the SES client imports whether it is used or not: on
 * Lambda keys are in the environment, and files, SSO and metadata services would be 135 KB to read at each cold start.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
const CREDENTIALS = join(ROOT, 'functions', 'store', 'lambda-credentials.ts');

/** Handler of the bundled entry: file `submit.mjs`, export `handler`. */
export const SUBMIT_HANDLER = 'submit.handler';

/**
 * Bundles the submit function into `outdir`, and tells what went where. Synchronous, as a CDK synth is; the same
 * source gives the same bytes, so that the asset's hash (and with it the deployed function) changes only with the code.
 */
export function bundle(outdir: string, entry: string = SUBMIT): Metafile {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: { submit: entry },
    outdir,
    bundle: true,
    // ES modules and splitting: what stands behind import() (mailers, YAML, charsets) is read when it is first needed.
    // No `require` banner: no dependency asks for one at run time (test/bundle holds that).
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    target: 'node22',
    // esbuild's order for Node puts `main` first; the AWS SDK's `main` is CommonJS, which cannot be tree-shaken
    // https://esbuild.github.io/api/#main-fields
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': CREDENTIALS },
    minify: true,
    legalComments: 'none',
    sourcemap: false,
    metafile: true,
    logLevel: 'warning',
  });
  const { inputs, outputs } = joinShared(ROOT, joinStart(ROOT, metafile));
  const sized = Object.entries(outputs).map(([path, output]) => {
    const isNodes = ({ path: from, external }: Import) => external === true && isBuiltin(from);
    const builtins = new Set(output.imports.filter(isNodes).map((each) => each.path));
    const bytes = askForBuiltins(join(ROOT, path), builtins);
    return [path, { ...output, bytes, imports: output.imports.filter((each) => !isNodes(each)) }];
  });
  return { inputs, outputs: Object.fromEntries(sized) };
}

/** `npm run bundle`: dist/submit, its metafile beside it (https://esbuild.github.io/analyze/), and the sizes. */
function main(): void {
  const outdir = join(ROOT, 'dist', 'submit');
  const metafile = bundle(outdir);
  writeFileSync(`${outdir}.meta.json`, JSON.stringify(metafile));
  const loaded = loadedWith(metafile, entryOutput(metafile));
  const outputs = Object.entries(metafile.outputs).sort(([, a], [, b]) => b.bytes - a.bytes);
  for (const [path, output] of outputs) {
    const holds = Object.entries(output.inputs).sort(
      ([, a], [, b]) => b.bytesInOutput - a.bytesInOutput,
    )[0]?.[0];
    const kilobytes = (output.bytes / 1000).toFixed(1).padStart(8);
    console.log(
      `${kilobytes} KB  ${loaded.has(path) ? 'at start' : 'later   '}  ${path}  (${holds ?? 'nothing'})`,
    );
  }
  const sum = (paths: Iterable<string>) =>
    Math.round([...paths].reduce((total, path) => total + (metafile.outputs[path]?.bytes ?? 0), 0) / 1000);
  console.log(
    `${sum(loaded)} KB in ${loaded.size} files at start, ${sum(Object.keys(metafile.outputs))} KB in all`,
  );
}

if (argv[1] === fileURLToPath(import.meta.url)) main();
