import { expect, test } from 'vitest';
import { jsonFiles, jsonText } from '../../../../functions/relay/api/json-content.ts';

test('jsonText() has CRLF line ends and whole characters when the text has half of one', () => {
  expect(jsonText('a\ud800b\nc')).toBe('a\ufffdb\r\nc\r\n');
});

test('jsonFiles() gives base64, and a name of whole characters', () => {
  const file = { filename: '猫\udc08.csv', type: 'text/csv', content: Buffer.from('nyaa'), cid: undefined };
  expect(jsonFiles([file])).toEqual([
    { name: '猫\ufffd.csv', type: 'text/csv', content: 'bnlhYQ==', cid: undefined },
  ]);
});
