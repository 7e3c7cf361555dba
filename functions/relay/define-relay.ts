import type { Credential } from '../tables/authinfo.ts';
import type { Answer, Delivery, Relay, RelayDeclaration, Relayed, Wire } from './relay.ts';

/** What a mailer's file gives: its declaration, defaults left out, and the translation of a delivery. */
export type RelayDefinition = Pick<RelayDeclaration, 'name' | 'description'> &
  Partial<RelayDeclaration> & {
    /**
     * Delivers, and answers for each way that can end. Call `handOver` right before the step that cannot be taken back
     * (the final dot, the API request): what is thrown after it makes the outcome unknown, before it deferred.
     */
    send(
      delivery: Delivery,
      credential: Credential | undefined,
      wire: Wire,
      handOver: () => void,
    ): Promise<Answer> | Answer;
  };

/** Makes a mailer of its definition: defaults, credential by name, exceptions turned into replies, the reply filled in. */
export function defineRelay(definition: RelayDefinition): Relay {
  const { name, description, options = {}, local = false, connects = true, port = 25 } = definition;
  return {
    name,
    description,
    options,
    local,
    connects,
    port,
    async send(delivery, credential, wire): Promise<Relayed> {
      const { route, envelope } = delivery;
      let handedOver = false;
      let answer: Answer;
      if (route.auth !== undefined && credential === undefined) {
        answer = noCredential(route.auth);
      } else {
        try {
          answer = await definition.send(delivery, credential, wire, () => {
            handedOver = true;
          });
        } catch (error) {
          answer = thrown(error, handedOver);
        }
      }
      return {
        ...(connects && { host: route.host, port: route.port }),
        ...answer,
        error: answer.outcome === 'accepted' || answer.outcome === 'queued' ? 0 : 1,
        rcpt: envelope.rcpt[0],
        mailer: name,
      };
    },
  };
}

/** The route names a credential that is not there (wire.md, "Where 0.2.17 is wrong": never anonymous instead). */
function noCredential(name: string): Answer {
  return {
    code: '451',
    dsn: '4.7.0',
    command: 'AUTH',
    message: [`No credential '${name}' in authinfo`],
    outcome: 'deferred',
  };
}

/** A defect of the mailer (RFC 3463 X.3.0: other or undefined mail system status). */
function thrown(error: unknown, handedOver: boolean): Answer {
  return {
    code: '451',
    dsn: '4.3.0',
    command: null,
    message: [handedOver ? 'Internal error: the mail may have been sent' : 'Internal error'],
    outcome: handedOver ? 'unknown' : 'deferred',
    cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
