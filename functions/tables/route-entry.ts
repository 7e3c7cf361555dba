import * as v from 'valibot';
import { inWords } from './check.ts';
import type { Known, KnownMailer } from './known.ts';
import { leadsHere } from './loopback.ts';
import { routeEntries } from './route-keys.ts';

/** Where a mail goes and how: an entry of mailertable or sendermt with its defaults filled in. */
export type Route = {
  readonly mailer: string;
  readonly host: string;
  readonly port: number;
  readonly auth: string | undefined;
  /** Name of the DKIM key in authinfo. */
  readonly dkim: string | undefined;
  /** Names of entries of mailertable. */
  readonly fallback: readonly string[];
  readonly retry: number;
  /** Seconds. */
  readonly sleep: number;
  /** Seconds. */
  readonly timeout: number;
  readonly starttls: 0 | 1 | 'opportunistic';
  readonly tls_verify: 0 | 1;
  readonly auth_plaintext: 0 | 1;
  readonly disabled: 0 | 1;
  readonly debug: 0 | 1;
  /** The keys that the route's mailer adds. */
  readonly options: Readonly<Record<string, unknown>>;
};

const commonKeys = new Set(Object.keys(routeEntries));

/** Where mail goes when no table says anything: the machine's own SMTP server, by the defaults of every key. */
export const LAST_RESORT: Route = toRoute('ESMTP', 25, v.parse(v.strictObject(routeEntries), {}));

/** The schema of a route's entry, given the mailers: a mailer's own keys are known only to its routes. */
export function routeSchema(known: Known): v.GenericSchema<unknown, Route> {
  const byMailer = new Map<string, v.GenericSchema<unknown, Record<string, unknown>>>();
  const schemaOf = (name: string, { options }: KnownMailer) => {
    const schema = byMailer.get(name) ?? v.strictObject({ ...routeEntries, ...options });
    byMailer.set(name, schema);
    return schema;
  };
  const names = [...known.mailers.keys()].join(', ');
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, Route>(({ dataset, addIssue, NEVER }) => {
      const input = dataset.value;
      const at = (key: string, expected: string, got: unknown) => {
        addIssue({
          message: expected,
          input: got,
          path: [
            { type: 'object', origin: 'value', input: input as Record<string, unknown>, key, value: got },
          ],
        });
        return NEVER;
      };
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        addIssue({ message: 'a mapping' });
        return NEVER;
      }
      const entry = withoutEmptyStrings(input);
      const given = entry['mailer'] ?? 'ESMTP';
      const directory = typeof given === 'string' && given.startsWith('/') ? given : undefined;
      const name = directory === undefined ? given : 'File';
      const mailer = typeof name === 'string' ? known.mailers.get(name) : undefined;
      if (mailer === undefined || typeof name !== 'string') {
        return at('mailer', `one of ${names}, or a path`, given);
      }
      if (known.deployed && mailer.local)
        return at('mailer', `a mailer for Lambda (${name} is for the local server)`, given);
      const result = v.safeParse(
        schemaOf(name, mailer),
        directory === undefined ? entry : { ...entry, mailer: 'File', directory },
      );
      if (!result.success) {
        for (const issue of result.issues) {
          const unknownKey = issue.type === 'strict_object' && issue.expected === 'never';
          addIssue({
            message: unknownKey
              ? `a key of mailer ${name}: ${Object.keys({ ...routeEntries, ...mailer.options }).join(', ')}`
              : issue.kind === 'schema'
                ? inWords(issue)
                : issue.message,
            input: unknownKey ? issue.path?.[0]?.key : issue.input,
            ...(issue.path && { path: issue.path }),
          });
        }
        return NEVER;
      }
      const route = toRoute(name, mailer.port, result.output);
      const misfit = misfitOf(route, name, mailer, known);
      if (misfit) return at(...misfit);
      return route;
    }),
  );
}

/** What a route says that does not go with its mailer, or with Lambda: key, what was expected, what stands there. */
function misfitOf(
  route: Route,
  name: string,
  { connects, credential, signs }: KnownMailer,
  { deployed }: Known,
): [key: string, expected: string, got: unknown] | undefined {
  const { host, auth, dkim, options } = route;
  // an endpoint takes the host's place
  if (deployed && connects && options['endpoint'] === undefined && leadsHere(host))
    return ['host', "a host other than Lambda's own loopback", host];
  if (credential.needed === 'must' && auth === undefined)
    return ['auth', `the name of ${name}'s credential in authinfo`, undefined];
  if (credential.needed === 'never' && auth !== undefined)
    return ['auth', `no auth: ${name} takes no credential`, auth];
  if (!signs && dkim !== undefined)
    return ['dkim', `no dkim: ${name} does not send the mail's own octets`, dkim];
  return undefined;
}

/** The original's tables write '' for "no value" (`auth: ''`). */
function withoutEmptyStrings(input: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, each]) => each !== '' && each !== null));
}

function toRoute(mailer: string, defaultPort: number, entry: Record<string, unknown>): Route {
  const read = entry as v.InferOutput<v.StrictObjectSchema<typeof routeEntries, undefined>>;
  const options = Object.fromEntries(Object.entries(entry).filter(([key]) => !commonKeys.has(key)));
  const { host: name, retry, sleep, timeout, tls_verify, auth_plaintext, disabled, debug } = read;
  const port = read.port ?? defaultPort;
  return {
    mailer,
    host: name,
    port,
    auth: read.auth,
    dkim: read.dkim,
    fallback: read.fallback,
    retry,
    sleep,
    timeout,
    starttls: read.starttls,
    tls_verify,
    auth_plaintext,
    disabled,
    debug,
    options,
  };
}
