import type { AnyCommand } from '../command.ts';
import { check } from './check.ts';
import { conf } from './conf.ts';
import { destroy } from './destroy.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { pw } from './pw.ts';
import { rollback } from './rollback.ts';
import { rotate } from './rotate.ts';
import { route } from './route.ts';
import { send } from './send.ts';
import { setup } from './setup.ts';
import { start } from './start.ts';
import { status } from './status.ts';

/** All commands, in the order in which help and docs/command.md have them. */
export const commands: readonly AnyCommand[] = [
  setup,
  start,
  pw,
  check,
  route,
  conf,
  push,
  pull,
  diff,
  rollback,
  rotate,
  send,
  status,
  doctor,
  destroy,
];
