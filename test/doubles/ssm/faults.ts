import type { SsmAction } from './actions.ts';
import { USER } from './store.ts';

/** What a call may meet instead of an answer. */
export type SsmFault =
  | 'throttling'
  | 'internal'
  | 'access-denied'
  | 'expired-token'
  | 'unrecognized-client'
  | 'signature'
  | 'too-many-updates'
  /** No answer, ever. */
  | 'hang'
  /** Half an answer. */
  | 'half'
  /** The connection breaks, and nothing was done. */
  | 'reset'
  /** Done, but the connection breaks before the answer. */
  | 'lost';

/** A fault that is an answer: its status, type and message. */
export type FaultAnswer = readonly [status: number, type: string, message: string];

/**
 * The answers that are faults; undefined for those that are none.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
 */
export function faultAnswer(fault: SsmFault, action: string, expired: string): FaultAnswer | undefined {
  switch (fault) {
    case 'throttling':
      return [400, 'ThrottlingException', 'Rate exceeded'];
    case 'internal':
      return [500, 'InternalServerError', 'An error occurred on the server side.'];
    case 'access-denied':
      return [
        400,
        'AccessDeniedException',
        `User: ${USER} is not authorized to perform: ssm:${action} because no identity-based policy allows the ssm:${action} action`,
      ];
    case 'expired-token':
      return [400, 'ExpiredTokenException', 'The security token included in the request is expired'];
    case 'unrecognized-client':
      return [400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'];
    case 'signature':
      return [400, 'InvalidSignatureException', expired];
    case 'too-many-updates':
      return [
        400,
        'TooManyUpdates',
        'There are concurrent updates for a resource that supports one update at a time.',
      ];
    default:
      return undefined;
  }
}

/** Which call of which action meets which fault. */
export type FaultPlan = {
  /** All calls of the action meet this fault, until undefined. What failOnce was told comes first. */
  fail(action: SsmAction, fault: SsmFault | undefined): void;
  /** The next calls of the action meet these faults, one each. */
  failOnce(action: SsmAction, ...faults: readonly SsmFault[]): void;
  /** The next n calls of the action pass; all after them meet the fault, until fail() says otherwise. */
  failAfter(action: SsmAction, n: number, fault: SsmFault): void;
};

/** A plan without faults, and what takes the next one of an action out of it. */
export function faultPlan(): FaultPlan & { next(action: SsmAction): SsmFault | undefined } {
  const once = new Map<SsmAction, (SsmFault | 'none')[]>();
  const always = new Map<SsmAction, SsmFault | undefined>();
  const queue = (action: SsmAction) => once.get(action) ?? [];
  return {
    fail(action, fault) {
      once.set(
        action,
        queue(action).filter((each) => each !== 'none'),
      );
      always.set(action, fault);
    },
    failOnce: (action, ...faults) => void once.set(action, [...queue(action), ...faults]),
    failAfter(action, n, fault) {
      once.set(
        action,
        Array.from({ length: n }, () => 'none' as const),
      );
      always.set(action, fault);
    },
    next(action) {
      const [first, ...rest] = queue(action);
      once.set(action, rest);
      const met = first ?? always.get(action);
      return met === 'none' ? undefined : met;
    },
  };
}
