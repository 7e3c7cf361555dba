/**
 * A record of DKIM or DMARC by its tags: `tag=value`, with semicolons between (RFC 6376 3.2, RFC 7489 6.4). White space
 * is taken out: it means nothing in any tag that is read here. Of a tag that stands there twice the first counts.
 */
export function tagsOf(record: string): Readonly<Record<string, string | undefined>> {
  const tags = new Map<string, string>();
  for (const each of record.split(';')) {
    const tag = each.replace(/\s+/g, '');
    const at = tag.indexOf('=');
    const name = tag.slice(0, at);
    if (at > 0 && !tags.has(name)) tags.set(name, tag.slice(at + 1));
  }
  return Object.fromEntries(tags);
}
