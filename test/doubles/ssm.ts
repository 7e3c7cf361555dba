import type { RequestListener } from 'node:http';
import { bodyOf, type Loopback, startLoopback } from './loopback.ts';
import { signatureExpired } from './signature.ts';
import { ACTIONS, actionOf, type SsmAction } from './ssm/actions.ts';
import { type FaultPlan, faultAnswer, faultPlan, type SsmFault } from './ssm/faults.ts';
import { attach } from './ssm/labels.ts';
import { askedNames } from './ssm/read.ts';
import { SsmRefusal } from './ssm/refusal.ts';
import { SETTINGS } from './ssm/settings.ts';
import { layVersion, newest, type SsmStore, type SsmType, type SsmVersion, versionsOf } from './ssm/store.ts';
import { type StoredParameter, storedParameters } from './ssm/stored.ts';
import { breakOff, complaintsOf, send } from './ssm/wire.ts';

export type { SsmAction, SsmFault, StoredParameter };

/** A call as it came, values and all, attempts that met a fault too. */
export type SsmRequest = { readonly action: string; readonly input: Readonly<Record<string, unknown>> };

export type SsmDouble = Loopback &
  FaultPlan & {
    /** Names of each GetParameters call, as they were asked for: attempts that met a fault too. */
    readonly calls: readonly (readonly string[])[];
    /** Every call of every action, in the order in which they came. */
    readonly requests: readonly SsmRequest[];
    /** What was wrong with requests that the real SSM would have refused (signature, target, content type). */
    readonly complaints: readonly string[];
    /** Lays a version without any check: of what the real one would refuse too, such as another type. */
    put(
      name: string,
      value: string,
      type?: SsmType,
      more?: Partial<Pick<SsmVersion, 'keyId' | 'tier'>>,
    ): void;
    remove(name: string): void;
    /** Labels a version, the newest where none is told, without any check. */
    label(name: string, label: string, version?: number): void;
    /** Everything that lies in the double now. */
    stored(): Readonly<Record<string, StoredParameter>>;
    /** Sets a service setting (`/ssm/parameter-store/high-throughput-enabled`). */
    setting(id: string, value: string): void;
    /** Lists begin with an empty page and have at most so many items on the others, whatever is asked for. */
    shortPages(most: number | undefined): void;
    /** The next GetParameters calls meet these faults, one each. */
    failNext(...faults: readonly SsmFault[]): void;
    /** All GetParameters calls meet this fault, until undefined. */
    failAll(fault: SsmFault | undefined): void;
    /** Answers wait for so many milliseconds. */
    delay(ms: number): void;
    /** The Date header of answers is ahead by so many milliseconds; behind, where negative. */
    skew(ms: number): void;
    /** Forgets `calls` and `requests`. */
    forgetCalls(): void;
  };

/** SSM's Parameter Store on the loopback: AWS JSON 1.1 over HTTP, or HTTPS with the given key and certificate. */
export async function startSsmDouble(tls?: { key: string; cert: string }): Promise<SsmDouble> {
  const store: SsmStore = {
    parameters: new Map(),
    settings: new Map(Object.entries(SETTINGS)),
    page: undefined,
  };
  const calls: string[][] = [];
  const requests: SsmRequest[] = [];
  const complaints: string[] = [];
  const { next, ...plan } = faultPlan();
  let wait = 0;
  let skew = 0;

  const onRequest: RequestListener = async (request, response) => {
    const input = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    const target = request.headers['x-amz-target'];
    const action = actionOf(target);
    requests.push({ action: action ?? String(target), input });
    if (action === 'GetParameters') calls.push(askedNames(input));
    complaints.push(...complaintsOf(request));
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const answer = (status: number, body: object) => send(response, status, body, Date.now() + skew);
    if (!action) return answer(400, { __type: 'UnknownOperationException' });
    const fault = next(action);
    if (fault && fault !== 'lost') {
      const expired = signatureExpired(String(request.headers['x-amz-date']), Math.max(skew, 900_000));
      const [status, __type, message] = faultAnswer(fault, action, expired) ?? [];
      return status ? answer(status, { __type, message }) : breakOff(fault, request, response);
    }
    try {
      const done = ACTIONS[action](input, store);
      return fault ? breakOff(fault, request, response) : answer(200, done);
    } catch (refusal) {
      if (!(refusal instanceof SsmRefusal)) throw refusal;
      const { type: __type, status, message, mute } = refusal;
      answer(status, mute ? { __type } : { __type, message });
    }
  };

  return {
    ...(await startLoopback(onRequest, tls)),
    ...plan,
    calls,
    requests,
    complaints,
    put(name, value, type = 'String', { keyId, tier = 'Standard' } = {}) {
      const key = keyId ?? (type === 'SecureString' ? 'alias/aws/ssm' : undefined);
      layVersion(store, name, { type, value, tier, keyId: key, description: undefined });
    },
    remove: (name) => void store.parameters.delete(name),
    label(name, label, number) {
      const versions = versionsOf(store, name);
      attach(versions, versions.find(({ version }) => version === number) ?? newest(versions), [label]);
    },
    stored: () => storedParameters(store),
    setting: (id, value) => void store.settings.set(id, value),
    shortPages(most) {
      store.page = most;
    },
    failNext: (...faults) => plan.failOnce('GetParameters', ...faults),
    failAll: (fault) => plan.fail('GetParameters', fault),
    delay(ms) {
      wait = ms;
    },
    skew(ms) {
      skew = ms;
    },
    forgetCalls() {
      calls.splice(0);
      requests.splice(0);
    },
  };
}
