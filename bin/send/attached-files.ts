import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { attachmentFault } from '../../functions/mail/attachment.ts';
import { CommandFailure, type World } from '../command.ts';
import type { AttachedFile } from './mail.ts';
import { octetsOf } from './read-input.ts';

/** Reads the files of --attach, FILE or FILE:type/subtype. Without a type the relay tells it by the name. */
export async function attachedFiles(given: readonly string[], world: World): Promise<AttachedFile[]> {
  const files: AttachedFile[] = [];
  for (const each of given) {
    const { path, type } = pathAndType(each, world);
    const content = await octetsOf('--attach', path, world);
    const filename = basename(path);
    const fault = attachmentFault({ filename, type, content, cid: undefined });
    if (fault !== undefined) throw new CommandFailure(`--attach: ${each}: ${fault}`, '', 2);
    files.push({ filename, ...(type !== undefined && { type }), content: content.toString('base64') });
  }
  return files;
}

function pathAndType(given: string, { cwd }: World): { path: string; type: string | undefined } {
  const [, path = '', type = ''] = /^(.+):([^:/\\]+\/[^:/\\]+)$/s.exec(given) ?? [];
  // a name may have a colon of its own
  if (path === '' || existsSync(resolve(cwd, given))) return { path: given, type: undefined };
  return { path, type };
}
