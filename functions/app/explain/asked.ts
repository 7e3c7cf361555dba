import { isIP } from 'node:net';

/** A mail whose route is asked for: envelope sender, one recipient, and what is known of who would send it. */
export type Asked = {
  readonly from: string;
  readonly to: string;
  /** The client's address. */
  readonly client?: string | undefined;
  /** A user of Basic authentication by name, or an IAM principal by its ARN. */
  readonly user?: string | undefined;
  readonly ehlo?: string | undefined;
  /** Whether the API has IAM authorization: then every caller is a principal. Absent where nobody knows; the client does not say it. */
  readonly iam?: boolean;
};

const FIELDS = {
  from: "the sender's address as a text",
  to: "one recipient's address as a text",
  client: 'an IP address as a text',
  user: "a user's name, or an IAM principal's ARN, as a text",
  ehlo: "the client's name as a text",
} as const;

const REQUIRED: ReadonlySet<string> = new Set(['from', 'to']);

/** Reads what is asked for. All that is wrong at once, each with the field's name and what was expected; null counts as absent. */
export function readAsked(
  document: Readonly<Record<string, unknown>>,
): { readonly asked: Asked } | { readonly wrong: readonly string[] } {
  const given = Object.entries(document).filter(([, value]) => value !== null && value !== undefined);
  const names = given.map(([name]) => name);
  const wrong = [
    ...given.flatMap(([name, value]) => faultOf(name, value)),
    ...[...REQUIRED].filter((name) => !names.includes(name)).map((name) => expected(name, 'nothing')),
  ];
  return wrong.length > 0 ? { wrong } : { asked: Object.fromEntries(given) as Asked };
}

function faultOf(name: string, value: unknown): string[] {
  if (!Object.hasOwn(FIELDS, name)) {
    const shown = name.length > 40 ? `${name.slice(0, 37)}...` : name;
    return [`'${shown}' is no field here: expected ${Object.keys(FIELDS).join(', ')}`];
  }
  if (typeof value !== 'string') return [expected(name, kindOf(value))];
  return name === 'client' && isIP(value) === 0 ? [expected(name, `'${value}'`)] : [];
}

function expected(name: string, got: string): string {
  return `${name}: expected ${FIELDS[name as keyof typeof FIELDS]}, got ${got}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}
