import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../infra/bundle.ts';
import { type Content, type Mailer, writeEvent } from './large-mails.ts';
import { startMailServices } from './mail-services.ts';
import { startProcess } from './measured-process.ts';

/** Memory after so many mails, garbage gone, in KB: resident, and that beside V8's heap; in use on it and in buffers. */
export type MemorySample = {
  readonly mail: number;
  readonly rss: number;
  readonly beside: number;
  readonly used: number;
};
/** What memory-process.mjs tells: most KB that were ever resident, and its samples. */
type Told = { readonly peak: number; readonly samples: readonly MemorySample[] };

/** The bundle in fresh processes, and services that take its mails. */
export type LambdaMemory = {
  /** Most MB, as Lambda counts them, that a fresh process has resident when it has sent so many mails, one after another. */
  peak(content: Content, mailer: Mailer, mails: number): Promise<number>;
  /** Sends mails of 1 KB: first the warm-up, then those of which there are samples, one every so many mails. */
  growth(mailer: Mailer, warmUp: number, mails: number, every: number): Promise<readonly MemorySample[]>;
  stop(): Promise<void>;
};

/** V8's bounds as Lambda's runtime sets them for the 512 MB of infra/submit-function.ts: 5 percent and 90. */
const FLAGS = ['--max-semi-space-size=25', '--max-old-space-size=461', '--expose-gc'];
const PROCESS = fileURLToPath(new URL('memory-process.mjs', import.meta.url));

/** Makes the bundle in a folder, and starts the services. */
export async function startLambdaMemory(folder: string): Promise<LambdaMemory> {
  const code = join(folder, 'submit');
  bundle(code);
  const services = await startMailServices();
  const variables = { ...services.variables, LAMBDA_TASK_ROOT: code };

  const inFreshProcess = async (...questions: readonly object[]): Promise<Told> => {
    const started = startProcess(PROCESS, { variables, flags: FLAGS });
    try {
      let told: Told = { peak: 0, samples: [] };
      for (const question of questions) told = await started.ask<Told>(question);
      return told;
    } finally {
      await started.stop();
    }
  };

  return {
    async peak(content, mailer, mails) {
      const told = await inFreshProcess({ file: writeEvent(folder, content, mailer), mails });
      return told.peak / 1024;
    },
    async growth(mailer, warmUp, mails, every) {
      const file = writeEvent(folder, '1 KB of text', mailer);
      return (await inFreshProcess({ file, mails: warmUp }, { file, mails, every })).samples;
    },
    stop: services.stop,
  };
}
