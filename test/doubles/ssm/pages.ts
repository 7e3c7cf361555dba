import { breaks, SsmRefusal } from './refusal.ts';
import type { SsmStore } from './store.ts';

type Asked = { MaxResults?: number | undefined; NextToken?: string | undefined };

/**
 * One page of a list, and the token of the next. "The number of items returned can be between zero and the value of MaxResults":
 * where the store says how long a page may be, the first one is empty and has a token.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export function pageOf<T>(
  all: readonly T[],
  { MaxResults, NextToken }: Asked,
  most: { readonly results: number; readonly usual: number },
  { page }: SsmStore,
): { items: readonly T[]; NextToken?: string } {
  if (MaxResults !== undefined && MaxResults < 1) {
    throw breaks('maxResults', MaxResults, 'value greater than or equal to 1');
  }
  if (MaxResults !== undefined && MaxResults > most.results) {
    throw breaks('maxResults', MaxResults, `value less than or equal to ${most.results}`);
  }
  const begin = NextToken === undefined ? 0 : beginOf(NextToken);
  const short = page !== undefined && NextToken === undefined && all.length > 0;
  const end = short ? 0 : begin + Math.min(MaxResults ?? most.usual, page ?? Number.POSITIVE_INFINITY);
  return { items: all.slice(begin, end), ...(end < all.length ? { NextToken: tokenOf(end) } : {}) };
}

function tokenOf(begin: number): string {
  return Buffer.from(`from ${begin}`).toString('base64');
}

function beginOf(token: string): number {
  const [, begin] = /^from (\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (begin === undefined) throw new SsmRefusal('InvalidNextToken', 'The specified token is not valid.');
  return Number(begin);
}
