import { CommandFailure } from '../command.ts';

/** What went wrong with a file or folder, by the error's code, and what to do. */
export function fileTrouble(error: unknown, path: string, hint = 'Nothing was laid.'): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failure';
  const failure = (message: string, todo = '') =>
    new CommandFailure(message, [hint, todo].filter(Boolean).join(' '), 1, { cause: error });
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return failure(`no permission to write ${path}`, 'Name a folder of yours as [dir].');
    case 'EROFS':
      return failure(`${path} is on a file system that is read only`, 'Name another folder as [dir].');
    case 'ENOTDIR':
    case 'EEXIST':
      return failure(`${path} is no folder, or lies below a file`, 'Name a folder as [dir].');
    case 'ENOENT':
      return failure(`${path} is a symbolic link to nothing, or was removed meanwhile`);
    case 'ELOOP':
      return failure(`${path} is a symbolic link that leads back to itself`, 'Remove it.');
    case 'ENAMETOOLONG':
      return failure(`${path} is too long a name`);
    case 'ENOSPC':
    case 'EDQUOT':
      return failure(`no room on the disk for ${path}`, 'Make room, and run the command again.');
    default:
      return failure(`cannot write ${path}: ${code}`);
  }
}
