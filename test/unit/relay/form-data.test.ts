import { expect, test } from 'vitest';
import { formData } from '../../../functions/relay/api/form-data.ts';

const ID = '6AMAPXi20090NAr8';

test('formData() writes texts and files, each between boundaries', () => {
  const file = { name: 'message', content: Buffer.from([0xe7, 13, 10]), filename: 'a.eml', type: 'a/b' };
  const { type, body } = formData([{ name: 'to', content: '猫' }, file], ID);
  expect(type).toBe(`multipart/form-data; boundary=haineko-${ID}-0`);
  expect(body).toEqual(
    Buffer.concat([
      Buffer.from(`--haineko-${ID}-0\r\ncontent-disposition: form-data; name="to"\r\n\r\n猫\r\n`),
      Buffer.from(
        `--haineko-${ID}-0\r\ncontent-disposition: form-data; name="message"; filename="a.eml"\r\n`,
      ),
      Buffer.from('content-type: a/b\r\n\r\n'),
      file.content,
      Buffer.from(`\r\n--haineko-${ID}-0--\r\n`),
    ]),
  );
});

test('formData() writes the same octets when the mail is the same', () => {
  const parts = [{ name: 'to', content: 'mi-chan@example.org' }];
  expect(formData(parts, ID)).toEqual(formData(parts, ID));
});

test.each([
  ['text', `nyaa\r\n--haineko-${ID}-0\r\nand --haineko-${ID}-1--`],
  ['file', Buffer.from(`haineko-${ID}-1 haineko-${ID}-0`)],
])('formData() takes a boundary that is in no part when a %s holds the usual ones', (_what, content) => {
  const { type } = formData(
    [
      { name: 'to', content: 'mi-chan@example.org' },
      { name: 'o', content },
    ],
    ID,
  );
  expect(type).toBe(`multipart/form-data; boundary=haineko-${ID}-2`);
});

test('formData() is read by another reader of forms as it was written', async () => {
  const mail = Buffer.from(`Subject: Nyaa\r\n\r\n--haineko-${ID}-0\r\n\r\nnyaa --\r\n\r\n`);
  const { type, body } = formData(
    [
      { name: 'to', content: 'mi-chan@example.org' },
      { name: 'o:tag', content: '"neko"; a=b' },
      { name: 'o:tag', content: '' },
      { name: 'message', content: mail, filename: 'message.eml', type: 'message/rfc822' },
    ],
    ID,
  );
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  expect([...form.keys()]).toEqual(['to', 'o:tag', 'o:tag', 'message']);
  expect([form.get('to'), ...form.getAll('o:tag')]).toEqual(['mi-chan@example.org', '"neko"; a=b', '']);
  const file = form.get('message') as File;
  expect([file.name, file.type]).toEqual(['message.eml', 'message/rfc822']);
  expect(Buffer.from(await file.arrayBuffer())).toEqual(mail);
});
