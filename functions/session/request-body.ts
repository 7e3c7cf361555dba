import { isUtf8 } from 'node:buffer';
import { type Checked, REFUSALS } from '../smtp/catalogue.ts';

/** Above this the relaxed notations are not read: their readers are some hundred times slower than JSON.parse. */
const MOST_RELAXED = 1_048_576;
/** A mail as a document is three levels deep; a hostile one is deeper, or made of aliases. */
const MOST_DEPTH = 16;
const MOST_ALIASES = 16;

/**
 * Reads a request's body: JSON, or failing that JSON5 (unquoted keys, single quotes), then YAML, each loaded only then.
 * An empty body, and null, are an empty mapping, as in the original. Refuses what is no mapping.
 */
export function readRequestBody(body: Uint8Array | string): Read | Promise<Read> {
  const text = typeof body === 'string' ? withoutMark(body) : decodeUtf8(body);
  if (text === undefined) return malformed('the body is not UTF-8');
  if (/^\s*$/.test(text.length > 4096 ? text.slice(0, 4096) : text) && text.trim() === '')
    return { value: {} };
  try {
    return mappingOf(JSON.parse(text));
  } catch {
    return text.length > MOST_RELAXED ? mappingOf(TOO_LARGE) : parseRelaxed(text).then(mappingOf);
  }
}

type Read = Checked<Record<string, unknown>>;

function mappingOf(document: unknown): Read {
  if (document === NOT_READ) return malformed('expected JSON (or JSON5, YAML)');
  if (document === TOO_LARGE)
    return malformed(`expected JSON: other notations are read up to ${MOST_RELAXED} bytes`);
  if (document === null) return { value: {} };
  if (typeof document !== 'object' || Array.isArray(document)) return malformed('expected a mapping');
  return { value: document as Record<string, unknown> };
}

const NOT_READ = Symbol('not read');
const TOO_LARGE = Symbol('too large');

async function parseRelaxed(text: string): Promise<unknown> {
  // js-yaml alone reads {ehlo:"x"} as one key, so JSON5 goes first
  if (/^\s*[{[]/.test(text)) {
    const { default: JSON5 } = await import('json5');
    try {
      return JSON5.parse<unknown>(text);
    } catch {
      // a YAML flow mapping, perhaps
    }
  }
  const { JSON_SCHEMA, load } = await import('js-yaml');
  try {
    return load(text, { schema: JSON_SCHEMA, maxDepth: MOST_DEPTH, maxAliases: MOST_ALIASES });
  } catch {
    return NOT_READ;
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** UTF-8 without its byte order mark; undefined for octets that are not UTF-8 (RFC 8259 8.1). */
function decodeUtf8(octets: Uint8Array): string | undefined {
  if (!isUtf8(octets)) return undefined;
  // not by a TextDecoder: the first one loads tables of all charsets
  return withoutMark(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('utf8'));
}

function malformed(detail: string): { refused: ReturnType<typeof REFUSALS.malformed> } {
  return { refused: REFUSALS.malformed(detail) };
}
