import type { Credential } from '../tables/authinfo.ts';
import { EVERYTHING } from './capabilities.ts';
import { missingFor, notesOn } from './expressible.ts';
import { held, unfit } from './own-answers.ts';
import type { Answer, Delivery, HandOver, Relay, RelayDeclaration, Relayed, Wire } from './relay.ts';
import { signed } from './signed.ts';

/** What a mailer's file gives: its declaration, defaults left out, and the translation of a delivery. */
export type RelayDefinition = Pick<RelayDeclaration, 'name' | 'description' | 'example'> &
  Partial<RelayDeclaration> &
  Pick<Relay, 'cannot' | 'foresee' | 'verifier'> & {
    /** Delivers, and answers for each way that can end. What is thrown after `handOver` makes the outcome unknown, before it deferred. */
    send(
      delivery: Delivery,
      credential: Credential | undefined,
      wire: Wire,
      handOver: HandOver,
    ): Promise<Answer> | Answer;
  };

/**
 * Makes a mailer of its definition: defaults, the credential and what the mail asks for checked, the mail signed where
 * its route says so, exceptions turned into replies, the reply filled in.
 */
export function defineRelay(definition: RelayDefinition): Relay {
  const { send: translate, ...given } = definition;
  const declared: Declared = {
    options: {},
    local: false,
    connects: true,
    port: 25,
    credential: { needed: 'never' },
    signs: false,
    reads: true,
    can: EVERYTHING,
    limits: [],
    ...given,
  };
  const { name, connects, can } = declared;
  return {
    ...declared,
    async send(delivery, credential, wire): Promise<Relayed> {
      const { route, envelope } = delivery;
      let handedOver = false;
      const handOver: HandOver = () => {
        if (!wire.commit) {
          handedOver = true;
          return undefined;
        }
        return wire.commit().then(
          (withheld) => {
            handedOver ||= withheld === undefined;
            return withheld;
          },
          (error: unknown) => thrown(error, false),
        );
      };
      let answer: Answer;
      try {
        const ready = await readied(declared, delivery, credential);
        answer = 'outcome' in ready ? ready : await translate(ready, credential, wire, handOver);
      } catch (error) {
        answer = thrown(error, handedOver);
      }
      const held = answer.outcome === 'accepted' || answer.outcome === 'queued';
      const notes = [...(answer.notes ?? []), ...(held ? notesOn(name, can, delivery) : [])];
      return {
        ...(connects && { host: route.host, port: route.port }),
        ...answer,
        ...(notes.length > 0 && { notes }),
        error: held ? 0 : 1,
        rcpt: envelope.rcpt[0],
        mailer: name,
      };
    },
  };
}

type Declared = Omit<Relay, 'send'>;

/** The delivery as a mailer's own part is given it, signed where its route says so; or why it is given none. */
export function readied(
  declared: Declared,
  delivery: Delivery,
  credential: Credential | undefined,
): Delivery | Answer | Promise<Delivery | Answer> {
  return (
    unusable(declared, delivery, credential) ??
    unexpressed(declared, delivery) ??
    (declared.signs ? signed(delivery) : delivery)
  );
}

/** The credential is not there, or not of the kind that the mailer takes (wire.md, "Where 0.2.17 is wrong": never anonymous instead). */
function unusable(
  { name, credential: use }: RelayDeclaration,
  { route }: Delivery,
  credential: Credential | undefined,
): Answer | undefined {
  if (route.auth === undefined) return undefined;
  if (credential === undefined) return held('AUTH', '4.7.0', `No credential '${route.auth}' in authinfo`);
  if (credential.dkim)
    return held('AUTH', '4.7.0', `Credential '${route.auth}' is a DKIM key: name it in dkim`);
  if (credential.oauth2 && !use.oauth2)
    return held('AUTH', '4.7.0', `Credential '${route.auth}': ${name} takes no oauth2`);
  return undefined;
}

/** RFC 3463 X.6.3: conversion required but not supported. Refused rather than sent with something left out. */
function unexpressed(relay: Declared, delivery: Delivery): Answer | undefined {
  const missing = missingFor(relay, delivery);
  if (missing.length === 0) return undefined;
  return unfit('554', '5.6.3', 'DATA', `${relay.name} cannot express: ${missing.join('; ')}`);
}

/** A defect of the mailer (RFC 3463 X.3.0: other or undefined mail system status). */
export function thrown(error: unknown, handedOver: boolean): Answer {
  return {
    code: '451',
    dsn: '4.3.0',
    command: null,
    message: [handedOver ? 'Internal error: the mail may have been sent' : 'Internal error'],
    outcome: handedOver ? 'unknown' : 'deferred',
    cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
