import { byStatus, fault, refusedCredential, unproven, verdict } from '../api/answers.ts';
import type { ApiResponse } from '../api/exchange.ts';
import { withRetryAfter } from '../api/retry-after.ts';
import type { Answer } from '../relay.ts';
import { outcomeBy0217 } from './outcome-0217.ts';
import type { Said } from './said.ts';

/** HTTP statuses of a Haineko that has relayed nothing: the session was refused (wire contract, "Checks"). */
const REFUSING: ReadonlySet<number> = new Set([400, 403, 404, 405, 413]);
const ACCEPTING: ReadonlySet<number> = new Set([200, 202, 207]);

/** What the answer of another Haineko means to us: by status, command and codes. */
export function answerOf(response: ApiResponse, said: Said | undefined, now: number): Answer {
  const { status, headers } = response;
  if (status === 429 || (status >= 300 && status < 400)) return byStatus(response, now);
  const message = said && said.message.length > 0 ? said.message : [`HTTP ${status}`];
  const answer = judged(status, message, said && { ...said, message });
  return answer.outcome === 'deferred' ? withRetryAfter(answer, headers, now) : answer;
}

function judged(status: number, message: readonly string[], said: Said | undefined): Answer {
  // with or without JSON: our name and password were refused
  if (status === 401) return refusedCredential(...message);
  if (said === undefined) return stranger(status);
  return REFUSING.has(status) ? refused(status, said) : relayed(status, said);
}

/** No Haineko speaks here, but what stands before it. */
function stranger(status: number): Answer {
  const text = [`HTTP ${status}`, 'not an answer of Haineko'];
  // an HTTP API gives up after 30 s and says 503: the mail may be gone
  if (status < 300 || status >= 500 || status === 409) return unproven(...text);
  if (status === 413) return verdict('552', '5.3.4', ...text);
  return fault(status === 403 ? '4.7.0' : '4.3.5', ...text);
}

/** It refused the session, and so sent nothing: for what we are, or for what the mail is. */
function refused(status: number, said: Said): Answer {
  const { code, dsn, command, message } = said;
  switch (command) {
    case 'MAIL':
    case 'RCPT':
    case 'DATA':
      return passedOn(said, code.startsWith('4') ? 'deferred' : 'rejected');
    // RFC 3463 X.4.6: routing loop detected. It has no dsn there; a milter that refuses us may give one
    case 'CONN':
      return code === '421' && dsn === null
        ? verdict('554', '5.4.6', ...message)
        : fault('4.7.0', ...message);
    case 'HTTP':
      if (status === 413) return verdict('552', '5.3.4', ...message);
      return status === 400 ? verdict('554', '5.6.0', ...message) : fault('4.3.5', ...message);
    // its relayhosts
    case 'AUTH':
      return fault('4.7.0', ...message);
    // EHLO: our name
    default:
      return fault('4.3.5', ...message);
  }
}

/** It came as far as relaying, or its own tables or code failed it (status 5xx). */
function relayed(status: number, said: Said): Answer {
  const failing = status >= 500;
  // 409 in the format of 0.2.17 is a defect of ours after the relaying had begun
  const outcome = said.outcome ?? (failing ? 'deferred' : status === 200 ? outcomeBy0217(said) : 'unknown');
  if (outcome === 'accepted' || outcome === 'queued') {
    const proven = ACCEPTING.has(status) && said.code.startsWith('2');
    return proven ? passedOn(said, outcome) : unproven(...said.message);
  }
  if (said.outcome === undefined && outcome === 'unknown') return unproven(...said.message);
  // its own defect is no verdict on the mail
  if (failing && outcome === 'rejected') return fault('4.3.0', ...said.message);
  return passedOn(said, outcome);
}

/** Codes as an outcome must have them, for those who read codes alone. */
const FITTING = {
  accepted: { code: /^2/, otherwise: '250' },
  queued: { code: /^2/, otherwise: '250' },
  rejected: { code: /^5/, otherwise: '554' },
  deferred: { code: /^[45]/, otherwise: '451' },
  unknown: { code: /^[45]/, otherwise: '451' },
} as const;

function passedOn(said: Said, outcome: Answer['outcome']): Answer {
  const { dsn, command, message, notes } = said;
  const { code, otherwise } = FITTING[outcome];
  // a number beside POST is an HTTP status
  const isReplyCode = code.test(said.code) && !(said.numeric && command === 'POST');
  return {
    code: isReplyCode ? said.code : otherwise,
    dsn,
    command,
    message,
    outcome,
    // in the format of 0.2.17 our own code is a number, and by that the next Haineko knows an unknown
    ...(outcome !== 'unknown' && { relayed: true as const }),
    ...(notes.length > 0 && { notes }),
  };
}
