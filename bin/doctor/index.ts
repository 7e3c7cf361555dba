import { api } from './checks/api.ts';
import { clock } from './checks/clock.ts';
import { configurationSets } from './checks/configuration-sets.ts';
import { dkimKeys } from './checks/dkim-keys.ts';
import { dkimRecords } from './checks/dkim-records.ts';
import { dmarc } from './checks/dmarc.ts';
import { identity } from './checks/identity.ts';
import { keys } from './checks/keys.ts';
import { mailFrom } from './checks/mail-from.ts';
import { parameters } from './checks/parameters.ts';
import { routes } from './checks/routes.ts';
import { senders } from './checks/senders.ts';
import { ses } from './checks/ses.ts';
import { smarthosts } from './checks/smarthosts.ts';
import { spf } from './checks/spf.ts';
import { throughput } from './checks/throughput.ts';
import { versions } from './checks/versions.ts';
import type { Check } from './finding.ts';

/** All checks, in the order in which they are told. One that others need stands before them. */
export const checks: readonly Check[] = [
  parameters,
  keys,
  versions,
  throughput,
  clock,
  api,
  routes,
  smarthosts,
  senders,
  ses,
  identity,
  configurationSets,
  dkimRecords,
  mailFrom,
  dkimKeys,
  spf,
  dmarc,
];
