import type { DocumentName } from '../../../functions/tables/tables.ts';
import type { Subject } from './finding.ts';
import type { Rule } from './rule.ts';
import {
  hasPrincipals,
  hasUsers,
  isOpenToClients,
  isPasswordRequired,
  permitsAnything,
  permitsNobody,
} from './who-gets-in.ts';

const NOBODY = "nobody may call: with authorization: 'iam' it names the principals that may";
const ANYBODY = 'anybody on the Internet may connect without a password';

/** Lambda's limit of a request, which API Gateway tells as an event: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_BYTES = 6 * 1024 * 1024;

/** What is looked for in tables as a whole, by table. */
export const TABLE_RULES: { readonly [name in DocumentName]?: readonly Rule<Subject>[] } = {
  'haineko.cf': [
    {
      id: 'hostname',
      level: 'warning',
      key: 'hostname',
      when: (_, { tables }) => /(?:^|\.)example\.(?:com|net|org|jp)$/.test(tables.config.hostname),
      why: (_, { tables }) => `${tables.config.hostname} is an example's name: name the server`,
    },
    {
      id: 'request-size',
      level: 'warning',
      key: 'max_request_size',
      when: (_, { deployed, tables }) => deployed && tables.config.max_request_size > LAMBDA_BYTES,
      why: 'Lambda takes 6 MB: API Gateway answers a larger request itself, 413',
    },
    {
      id: 'nobody-authenticates',
      level: 'warning',
      key: 'require_auth',
      when: (_, seen) => !seen.deployed && isPasswordRequired(seen) && !hasUsers(seen),
      why: 'every request is refused, 401: `password` has no user',
    },
    {
      id: 'users-in-ssm',
      level: 'note',
      key: 'require_auth',
      when: (_, seen) => seen.deployed && !seen.laid && isPasswordRequired(seen) && !hasUsers(seen),
      why: 'the parameter `password` must be there, or every request is refused, 401',
    },
    {
      id: 'no-users-anywhere',
      level: 'error',
      key: 'require_auth',
      when: (_, seen) => seen.laid !== undefined && isPasswordRequired(seen) && !hasUsers(seen),
      why: 'every request is refused, 401: `password` has no user, neither here nor in SSM',
    },
  ],
  mailertable: [
    {
      id: 'disabled-default',
      level: 'warning',
      key: 'default',
      when: (_, { deployed, tables }) => !deployed && tables.mailertable.get('default')?.disabled === 1,
      why: 'is disabled: mail that no entry matches goes to 127.0.0.1, port 25',
    },
    {
      id: 'no-default',
      level: 'note',
      key: 'default',
      when: (_, { deployed, tables }) => !deployed && tables.mailertable.get('default') === undefined,
      why: 'is not there: mail that no entry matches goes to 127.0.0.1, port 25',
    },
  ],
  relayhosts: [
    {
      id: 'open-relayhosts',
      level: 'warning',
      key: 'open-relay',
      when: (_, seen) => isOpenToClients(seen) && permitsAnything(seen),
      why: ANYBODY,
    },
    {
      id: 'open-networks',
      level: 'warning',
      key: 'relayhosts',
      when: (_, seen) => isOpenToClients(seen) && !permitsAnything(seen),
      why: ANYBODY,
    },
    {
      id: 'nobody-connects',
      level: 'error',
      when: (_, seen) =>
        seen.laid !== undefined &&
        seen.authorization === 'none' &&
        !isPasswordRequired(seen) &&
        !hasUsers(seen) &&
        permitsNobody(seen),
      why: 'every request is refused, 403: it permits no address, and `password` has no user, neither here nor in SSM',
    },
  ],
  recipients: [
    {
      id: 'open-recipients',
      level: 'warning',
      key: 'open-relay',
      when: (_, seen) => seen.recipients.openRelay && !isOpenToClients(seen),
      why: 'who may connect may send to anybody, in your name',
    },
    {
      id: 'open-relay',
      level: 'error',
      key: 'open-relay',
      when: (_, seen) => seen.recipients.openRelay && isOpenToClients(seen),
      why: 'an open relay: relayhosts is open too, so that anybody on the Internet may send to anybody, in your name',
    },
    {
      id: 'no-recipients',
      level: 'note',
      when: (_, { documents, recipients: { openRelay, domains, addresses } }) =>
        documents.recipients !== undefined && !openRelay && domains.size + addresses.size === 0,
      why: 'mail may be sent to nobody: every recipient is refused, 553',
    },
    {
      id: 'own-recipients',
      level: 'note',
      when: (_, { documents }) => documents.recipients === undefined,
      why: (_, { tables }) =>
        `is not there: mail may be sent to addresses at ${tables.config.hostname} alone`,
    },
  ],
  password: [
    {
      id: 'nobody',
      level: 'warning',
      when: (_, { authorization, documents, laid }) =>
        !laid && authorization === 'iam' && Object.keys(documents.password ?? {}).length === 0,
      why: NOBODY,
    },
    {
      id: 'nobody-anywhere',
      level: 'error',
      when: (_, seen) => seen.laid !== undefined && seen.authorization === 'iam' && !hasPrincipals(seen),
      why: NOBODY,
    },
  ],
};

/** What is looked for in each user of `password`. */
export const USER_RULES: readonly Rule<Subject & { readonly hash: string | undefined }>[] = [
  {
    id: 'ssha',
    level: 'note',
    when: ({ hash }) => hash?.startsWith('{SSHA}') === true,
    why: '{SSHA} is quickly guessed by who gets hold of it: make the entry anew, as {scrypt}',
  },
];
