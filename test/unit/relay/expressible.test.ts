import { describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../functions/relay/capabilities.ts';
import { cannotExpress, notesOn } from '../../../functions/relay/expressible.ts';
import { type MailKeys, mailBy, WHOLE } from '../../mailers/mails.ts';

const field = (name: string, value: string) => ({ name, kind: 'addresses' as const, value });
const [pixel] = WHOLE.attachments;

describe('cannotExpress()', () => {
  test.each<[string, Partial<typeof EVERYTHING>, MailKeys, string]>([
    ['html', { html: false }, { content: WHOLE }, 'html'],
    ['files', { attachments: false }, { content: WHOLE }, 'attachments'],
    ['inline images', { inline: false }, { content: WHOLE }, 'attachments with a cid'],
    ['headers of its own', { headers: false }, {}, 'header.list-unsubscribe,header.x-neko'],
    [
      'several From',
      { severalFrom: false },
      { fields: [field('From', 'neko@example.jp, tora@example.jp')] },
      'header.from with several addresses',
    ],
    [
      'others in Cc',
      { cc: false },
      { fields: [field('Cc', 'tora@example.jp')] },
      'header.cc with others than the recipient',
    ],
    [
      'others in To, in a group',
      { cc: false },
      { fields: [field('To', 'cats: mi-chan@example.org, tora@example.jp;')] },
      'header.to with others than the recipient',
    ],
    [
      'a group in To, of the recipient alone',
      { cc: false },
      { fields: [field('To', 'cats: mi-chan@example.org;')] },
      'header.to with a group',
    ],
    ['an empty group in Cc', { cc: false }, { fields: [field('Cc', 'cats:;')] }, 'header.cc with a group'],
    [
      'a group in From',
      { cc: false },
      { fields: [field('From', 'cats: neko@example.jp;')] },
      'header.from with a group',
    ],
    [
      'a group in Reply-To',
      { cc: false },
      { fields: [field('Reply-To', 'cats:;')] },
      'header.reply-to with a group',
    ],
    [
      'the recipient twice in To',
      { cc: false },
      { fields: [field('To', 'mi-chan@example.org, Mi <mi-chan@example.org>')] },
      'header.to with several addresses',
    ],
    [
      'Cc to the recipient alone',
      { cc: false },
      { fields: [field('Cc', 'mi-chan@example.org')] },
      'header.cc',
    ],
    ['the null sender', { nullSender: false }, { mail: null }, 'the null sender'],
  ])('names %s', async (_what, lacking, keys, named) => {
    const delivery = await mailBy({}, keys);
    expect(cannotExpress(EVERYTHING, delivery)).toEqual([]);
    expect(cannotExpress({ ...EVERYTHING, ...lacking }, delivery).join()).toBe(named);
  });

  test('names a size over the limit, and not one that is just within', async () => {
    const delivery = await mailBy({});
    const size = delivery.head.length + delivery.body.length;
    expect(cannotExpress({ ...EVERYTHING, size }, delivery)).toEqual([]);
    expect(cannotExpress({ ...EVERYTHING, size: size - 1 }, delivery)).toEqual([
      `${size} bytes, the limit is ${size - 1}`,
    ]);
  });

  test('takes a To that names the recipient in another spelling for the recipient', async () => {
    const delivery = await mailBy({}, { fields: [field('To', 'Mi <"mi-chan"@EXAMPLE.ORG>')] });
    expect(cannotExpress({ ...EVERYTHING, cc: false }, delivery)).toEqual([]);
  });

  test('takes a file without a cid where inline images are not known', async () => {
    const files = WHOLE.attachments.filter((each) => each !== pixel);
    const delivery = await mailBy({}, { content: { ...WHOLE, attachments: files } });
    expect(cannotExpress({ ...EVERYTHING, inline: false }, delivery)).toEqual([]);
  });
});

describe('notesOn()', () => {
  test('says what the provider writes in place of ours', async () => {
    const theirs = { ...EVERYTHING, ownSender: false, ownMessageId: false, ownDate: false, charset: false };
    expect(notesOn('Neko', EVERYTHING, await mailBy({}))).toEqual([]);
    expect(notesOn('Neko', theirs, await mailBy({}))).toEqual([
      'Neko may set its own: envelope sender, Message-Id, Date',
    ]);
    expect(notesOn('Neko', theirs, await mailBy({}, { charset: 'ISO-2022-JP' }))).toEqual([
      'Neko may set its own: envelope sender, Message-Id, Date, charset',
    ]);
  });
});
