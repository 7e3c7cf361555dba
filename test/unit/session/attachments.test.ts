import { expect, test } from 'vitest';
import { readAttachments } from '../../../functions/session/attachments.ts';

const CONTENT = 'AP8K';

test('readAttachments() decodes what there is, and what is null is absent', () => {
  const given = [
    { filename: '猫.png', type: 'image/png', content: CONTENT, cid: 'neko' },
    { filename: null, type: null, content: '', cid: null },
    { content: 'AA==' },
  ];
  expect(readAttachments(given)).toEqual({
    value: [
      { filename: '猫.png', type: 'image/png', content: Buffer.from([0, 255, 10]), cid: 'neko' },
      { filename: undefined, type: undefined, content: Buffer.alloc(0), cid: undefined },
      { filename: undefined, type: undefined, content: Buffer.from([0]), cid: undefined },
    ],
  });
  expect(readAttachments(undefined)).toEqual({ value: [] });
});

// RFC 4648 3: what is not base64 to the letter may hold something that another reader reads otherwise
test.each([
  'AP8',
  'AP8K\n',
  'AP8K\r\nAP8K\r\n',
  'AP 8',
  '=AP8',
  'AP=8',
  'A===',
  '====',
  'AB==',
  'AAB=',
  'AP8KAA',
  'AP-_',
  'data:image/png;base64,AP8K',
  'QQ==QQ==',
  '猫猫猫猫',
  ...[undefined, null, 1, true, [], {}],
])('readAttachments() refuses the content %j', (content) => {
  expect(readAttachments([{ content: CONTENT }, { content }])).toMatchObject({
    refused: {
      status: 400,
      reply: {
        message: [
          'Malformed JSON string',
          'attachments[1].content: expected base64 (RFC 4648 4, padded, without line breaks)',
        ],
      },
    },
  });
});

test.each([
  [{}, 'attachments: expected a list'],
  [CONTENT, 'attachments: expected a list'],
  [[CONTENT], 'attachments[0]: expected a mapping'],
  [[null], 'attachments[0]: expected a mapping'],
  [[[]], 'attachments[0]: expected a mapping'],
  [
    [{ content: CONTENT, path: '/etc/passwd' }],
    'attachments[0]: expected only filename, type, content and cid',
  ],
  [[JSON.parse('{"content":"","__proto__":{"path":"/etc/passwd"}}')], /^attachments\[0\]: expected only/],
  [[{ content: CONTENT, filename: ['a'] }], 'attachments[0].filename: expected a text'],
  [[{ content: CONTENT, type: 1 }], 'attachments[0].type: expected a text'],
  [[{ content: CONTENT, cid: {} }], 'attachments[0].cid: expected a text'],
  [[{ content: CONTENT, filename: 'a\r\nb' }], /^attachments\[0\]: filename must be/],
  [[{ content: CONTENT, type: 'a/b\r\nX: y' }], /^attachments\[0\]: type must be/],
  [[{ content: CONTENT, cid: '<a>' }], /^attachments\[0\]: cid must be/],
  [Array(101).fill({ content: '' }), 'attachments: expected at most 100'],
])('readAttachments() says what is wrong with %j', (given, detail) => {
  expect(readAttachments(given)).toMatchObject({
    refused: {
      reply: {
        code: '421',
        message: [
          'Malformed JSON string',
          typeof detail === 'string' ? detail : expect.stringMatching(detail),
        ],
      },
    },
  });
});
