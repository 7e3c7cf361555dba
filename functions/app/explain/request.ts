import { readRequestBody } from '../../session/request-body.ts';
import { isRefused, REFUSALS, type Refusal } from '../../smtp/catalogue.ts';
import type { Tables } from '../../tables/tables.ts';
import type { Context, HttpAnswer, HttpRequest } from '../context.ts';
import { explain } from '../explain.ts';
import { json } from '../report.ts';
import { readAsked } from './asked.ts';

/** Most octets of a question: two addresses, a client, a user and a name take a quarter of it. */
const MOST_OCTETS = 4096;

/** Answers POST /route of somebody who may ask. */
export async function answerRoute(
  { method, body, principal }: HttpRequest,
  tables: Tables,
  context: Context,
  refuse: (refusal: Refusal, headers?: Record<string, string>) => HttpAnswer,
): Promise<HttpAnswer> {
  if (method !== 'POST') return refuse(REFUSALS.methodNotSupported(method), { allow: 'POST' });
  if (Buffer.byteLength(body) > MOST_OCTETS) return refuse(REFUSALS.requestTooLarge(MOST_OCTETS));
  const document = await readRequestBody(body);
  if (isRefused(document)) return refuse(document.refused);
  const read = readAsked(document.value);
  if ('wrong' in read) return refuse(REFUSALS.malformed(...read.wrong));
  const iam = principal !== undefined;
  return json(200, await explain({ ...read.asked, iam }, tables, context));
}
