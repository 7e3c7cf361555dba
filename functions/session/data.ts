import type { Content } from '../mail/message.ts';
import type { Milter } from '../milter/milter.ts';
import { runMilters } from '../milter/run.ts';
import { type Checked, isRefused, REFUSALS } from '../smtp/catalogue.ts';
import { checkHeader } from './header-values.ts';
import { miltersOf, milterView, type Session } from './session.ts';

/** What the client's header and content have become after the milters. */
export type Data = { readonly header: ReadonlyMap<string, string>; readonly content: Content };

/** Phase data: body, size, subject, header values, then the milters on header and body; what they changed is checked again. */
export function data(
  given: Data,
  session: Session,
  milters: ReadonlyMap<string, Milter>,
): Checked<Data> | Promise<Checked<Data>> {
  const limit = session.tables.config.max_message_size;
  const refused = checkData(given, limit);
  if (refused) return { refused };
  const forHead = miltersOf('head', session, milters);
  const forBody = miltersOf('body', session, milters);
  if (forHead.length + forBody.length === 0) return { value: given };
  return rewritten(given, session, forHead, forBody, limit);
}

async function rewritten(
  given: Data,
  session: Session,
  forHead: readonly Milter[],
  forBody: readonly Milter[],
  limit: number,
): Promise<Checked<Data>> {
  const header = await runMilters<
    ReadonlyMap<string, string>,
    { readonly header: ReadonlyMap<string, string> }
  >(
    forHead,
    given.header,
    (milter, value) => milter.head?.(value, milterView(session)),
    (_, change) => change.header,
    REFUSALS.milterHead,
  );
  if (isRefused(header)) return header;
  const content = await runMilters<
    Content,
    { readonly body: { text: string | undefined; html: string | undefined } }
  >(
    forBody,
    given.content,
    (milter, value) => milter.body?.({ text: value.text, html: value.html }, milterView(session)),
    (value, { body }) => ({ ...value, ...body }),
    REFUSALS.milterBody,
  );
  if (isRefused(content)) return content;
  const value = { header: header.value, content: content.value };
  const refused = checkData(value, limit);
  return refused ? { refused } : { value };
}

function checkData({ header, content }: Data, limit: number) {
  return checkContent(content, limit) ?? checkSubject(header) ?? checkHeader(header);
}

function checkContent({ text = '', html = '', attachments }: Content, limit: number) {
  if (text === '' && html === '') return REFUSALS.bodyEmpty();
  if (limit === 0) return undefined;
  let size = Buffer.byteLength(text) + Buffer.byteLength(html);
  for (const { content } of attachments) size += content.length;
  return size > limit ? REFUSALS.messageTooLarge() : undefined;
}

function checkSubject(header: ReadonlyMap<string, string>) {
  return (header.get('subject') ?? '') === '' ? REFUSALS.subjectEmpty() : undefined;
}
