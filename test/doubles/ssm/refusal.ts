/** An answer of status 400 (or another): `type` is the exception's name in AWS JSON 1.1. */
export class SsmRefusal extends Error {
  readonly type: string;
  readonly status: number;
  /** Whether the answer has a `message`: the real one leaves it out in some, and then the SDK says UnknownError. */
  readonly mute: boolean;

  constructor(type: string, message = '', status = 400) {
    super(message);
    this.type = type;
    this.status = status;
    this.mute = message === '';
  }
}

/** What SSM says where a request does not fit the API's own shapes, and in many cases more. */
export function invalid(message: string): SsmRefusal {
  return new SsmRefusal('ValidationException', message);
}

/** A member that breaks a constraint of its shape, in the words of every AWS service. */
export function breaks(member: string, value: unknown, constraint: string): SsmRefusal {
  return invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have ${constraint}`,
  );
}
