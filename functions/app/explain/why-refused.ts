import { REFUSALS, type Refusal } from '../../smtp/catalogue.ts';
import type { Asked } from './asked.ts';

type Why = (asked: Asked) => string;

/** The refusals of our own phases, each with its reason in the words of the tables. */
const REASONS: readonly (readonly [Refusal, Why])[] = [
  [REFUSALS.clientNotPermitted(), ({ client }) => `${client} is not in relayhosts, and no user calls`],
  [REFUSALS.ehloRequired(), () => 'ehlo is empty'],
  [REFUSALS.ehloInvalid(), ({ ehlo }) => `'${ehlo}' is no domain with a dot and no address`],
  [REFUSALS.senderRequired(), () => 'from is empty: a client may not send as the null sender'],
  [REFUSALS.senderInvalid(), ({ from }) => `'${from}' is no address`],
  [REFUSALS.senderNotAscii(), ({ from }) => `'${from}' is not ASCII`],
  [REFUSALS.senderNotPermitted(), ({ from, user }) => `'${from}' is not in senders of '${user}' in password`],
  [REFUSALS.recipientRequired(), () => 'to is empty'],
  [REFUSALS.recipientInvalid(), ({ to }) => `'${to}' is no address`],
  [REFUSALS.recipientNotAscii(), ({ to }) => `'${to}' is not ASCII`],
  [REFUSALS.recipientNotPermitted(), ({ to }) => `recipients has neither '${to}' nor its domain`],
];

/** Why a phase refuses what is asked; `milter` is who did so, undefined where it was our own check. */
export function whyRefused({ reply }: Refusal, asked: Asked, milter: string | undefined): string {
  if (milter !== undefined) return `milter '${milter}' of haineko.cf refuses it`;
  const same = (each: Refusal) =>
    each.reply.code === reply.code &&
    each.reply.dsn === reply.dsn &&
    each.reply.command === reply.command &&
    each.reply.message[0] === reply.message[0];
  const [, why] = REASONS.find(([each]) => same(each)) ?? [];
  return why ? why(asked) : reply.message.join(' ');
}
