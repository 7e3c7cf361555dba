import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { entryOutput, loadedWith } from '../../../infra/bundle/loaded-with.ts';
import { bundle } from '../../../infra/bundle.ts';
import { inFolder } from '../compiled.ts';
import { figure } from '../figure.ts';
import type { Row } from '../row.ts';

/** Sources that only some mails need, each in a chunk that no other mail loads. */
const LATE = [
  'js-yaml',
  'json5',
  'encoding-japanese',
  'nodemailer/dist/esm/mail-composer',
  '@aws-sdk/client-ses',
];

/** What a cold request loads of the bundle. */
export const closure: Row = {
  name: 'closure',
  title: 'What a cold request loads',
  how: 'Octets of minified JavaScript, by the metafile of the deployed bundle: what the entry imports, and what a first mail over ESMTP (plain text) loads beside it.',
  run: () =>
    inFolder(async (folder) => {
      const metafile = bundle(join(folder, 'submit'));
      const start = loadedWith(metafile, entryOutput(metafile));
      const esmtp = new Set([
        ...start,
        ...loadedWith(metafile, outputOf('functions/relay/esmtp/send.ts', metafile)),
      ]);
      const inputs = Object.keys(metafile.inputs);
      const lost = LATE.filter((source) => !inputs.some((each) => each.includes(source)));
      if (lost.length > 0) throw new Error(`the bundle has no ${lost.join(', ')}`);
      const inStart = (source: string) =>
        [...start].some((path) =>
          Object.keys(metafile.outputs[path]?.inputs ?? {}).some((each) => each.includes(source)),
        );
      return [
        figure('Discard', kilobytes(start, metafile), ' KB', { most: 300, counted: true }),
        figure('ESMTP, plain text', kilobytes(esmtp, metafile), ' KB', { most: 380, counted: true }),
        figure('files at start', start.size, '', { most: 2, counted: true }),
        figure(`of ${LATE.join(', ')}: at start`, LATE.filter(inStart).length, '', {
          most: 0,
          counted: true,
        }),
        figure('all of the bundle', kilobytes(Object.keys(metafile.outputs), metafile), ' KB'),
      ];
    }),
};

/** The output that a source stands at the head of, since an import() names it. */
function outputOf(source: string, { outputs }: Metafile): string {
  const found = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source);
  if (found === undefined) throw new Error(`the bundle has no chunk of ${source}`);
  return found;
}

function kilobytes(paths: Iterable<string>, { outputs }: Metafile): number {
  return [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0) / 1000;
}
