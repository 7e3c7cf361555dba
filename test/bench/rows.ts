import { closure } from './lambda/closure.ts';
import { coldStarts } from './lambda/cold-start.ts';
import { cost } from './lambda/cost.ts';
import { requests } from './lambda/requests.ts';
import { localServer } from './local/server.ts';
import type { Row } from './row.ts';
import { fleet } from './scale/fleet.ts';
import { memory } from './scale/memory.ts';
import { tables } from './scale/tables.ts';
import { distance } from './smtp/distance.ts';
import { esmtpKept } from './smtp/esmtp-kept.ts';
import { esmtpNew } from './smtp/esmtp-new.ts';
import { recipients } from './smtp/recipients.ts';

/** All that is measured, in the order of docs/benchmarks.md. Adding one is its file and its place in this list. */
export const rows: readonly Row[] = [
  coldStarts,
  closure,
  requests,
  localServer,
  esmtpKept,
  esmtpNew,
  distance,
  recipients,
  memory,
  tables,
  fleet,
  cost,
];
