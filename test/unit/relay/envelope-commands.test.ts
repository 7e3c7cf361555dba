import { describe, expect, test } from 'vitest';
import { envelopeCommands } from '../../../functions/relay/esmtp/envelope-commands.ts';
import { NO_EXTENSIONS } from '../../../functions/relay/esmtp/extensions.ts';
import { deliveryBy, routeTo } from '../../dialogue/deliveries.ts';

const route = routeTo(25);
const ALL = { ...NO_EXTENSIONS, sizes: true, dsn: true };

describe('envelopeCommands()', () => {
  test('envelopeCommands() says nothing but the addresses where nothing is offered', () => {
    expect(envelopeCommands(deliveryBy(route), 47, NO_EXTENSIONS)).toEqual([
      'MAIL FROM:<neko@example.jp>',
      'RCPT TO:<mi-chan@example.org>',
      'DATA',
    ]);
  });

  test('envelopeCommands() tells the size and asks for reports', () => {
    expect(envelopeCommands(deliveryBy(route), 47, ALL)).toEqual([
      'MAIL FROM:<neko@example.jp> SIZE=47 RET=HDRS ENVID=6AMAPXi20090NAr8',
      'RCPT TO:<mi-chan@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;mi-chan@example.org',
      'DATA',
    ]);
  });

  test('envelopeCommands() asks for no reports where the sender is null', () => {
    const [mail, rcpt] = envelopeCommands(deliveryBy(route, 'Nyaa.\r\n', ''), 47, ALL);
    expect([mail, rcpt]).toEqual(['MAIL FROM:<> SIZE=47', 'RCPT TO:<mi-chan@example.org>']);
  });

  test('envelopeCommands() writes the recipient in ORCPT as xtext', () => {
    const delivery = deliveryBy(route);
    const rcpt = ['"mi chan+a=b"@example.org'] as unknown as typeof delivery.envelope.rcpt;
    const [, said] = envelopeCommands({ ...delivery, envelope: { ...delivery.envelope, rcpt } }, 47, ALL);
    expect(said).toContain('ORCPT=rfc822;"mi+20chan+2Ba+3Db"@example.org');
  });
});
