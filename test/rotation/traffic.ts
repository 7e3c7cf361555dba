import { readFileSync } from 'node:fs';
import type { GatewayEvent } from '../bundle/lambda.ts';
import type { Queue } from './instances.ts';
import type { Scenario } from './scenarios.ts';
import type { Secret } from './server.ts';
import type { WallClock } from './wall-clock.ts';

/** A request and its answer. Moments of the run's clock. */
export type Request = {
  readonly scenario: string;
  /** What its mail has in the subject, and no other's. */
  readonly mark: string;
  /** The user's password that it came with. */
  readonly given: Secret | undefined;
  readonly sentAt: number;
  readonly begunAt: number;
  readonly answeredAt: number;
  readonly instance: string;
  readonly status: number;
  /** Outcome and reply, for people. */
  readonly said: string;
};

/** Sends requests and remembers all of them. */
export type Traffic = {
  readonly requests: readonly Request[];
  /** How many were due and were not sent, since the machine is too slow. */
  heldBack(): number;
  /** Sends one at once, and waits for its answer. */
  send(scenario: Scenario, to?: Queue, given?: Secret): Promise<Request>;
  /** Sends as many a second as the scenarios say, while answers come. */
  start(): void;
  /** Ends that. */
  stop(): void;
  /** Waits for the last answer; rejects where an instance answered none. */
  answered(): Promise<void>;
};

/** API Gateway gives up after 29 s, and a relay some seconds sooner: what waits that long on a slow machine proves nothing. */
const MOST_WAITING = 10_000;

const RECORDED = JSON.parse(
  readFileSync(new URL('../bundle/events/submit-json.json', import.meta.url), 'utf8'),
) as GatewayEvent & { readonly requestContext: { readonly http: object }; readonly headers: object };

/** Clients of `scenarios`, so many requests a second in all: a user's give the secret that `givenBy` tells. */
export function traffic(
  scenarios: readonly Scenario[],
  usual: Queue,
  clock: WallClock,
  { perSecond, givenBy = () => 'old' }: { readonly perSecond: number; readonly givenBy?: () => Secret },
): Traffic {
  const requests: Request[] = [];
  // with the moment at which each was sent, the oldest first
  const underWay = new Map<Promise<Request>, number>();
  const due = scenarios.map((scenario) => ({ scenario, credit: 0 }));
  let timer: NodeJS.Timeout | undefined;
  let count = 0;
  let heldBack = 0;

  /** Whose turn it is: each as often as its share says, evenly. */
  const next = (): Scenario => {
    for (const each of due) each.credit += each.scenario.share;
    const first = due.reduce((one, other) => (other.credit > one.credit ? other : one));
    first.credit -= 1;
    return first.scenario;
  };

  const exchange = async (scenario: Scenario, to: Queue, secret: Secret): Promise<Request> => {
    const mark = `${scenario.name}-${++count}`;
    const given = scenario.basic ? secret : undefined;
    const sentAt = clock.now();
    const event = eventOf(scenario, mark, count, given, sentAt);
    const { answered, ...when } = await to.handle(event);
    const { outcome, code, dsn, message } = Object(answered.json['smtp.response']);
    const said = `${outcome} ${code} ${dsn} ${message}`;
    const request = {
      scenario: scenario.name,
      mark,
      given,
      sentAt,
      ...when,
      status: answered.statusCode,
      said,
    };
    requests.push(request);
    return request;
  };

  const send: Traffic['send'] = (scenario, to = usual, given = givenBy()) => {
    const request = exchange(scenario, to, given);
    underWay.set(request, clock.now());
    // who waits for them all is told of one that ended badly
    request.then(
      () => underWay.delete(request),
      () => {},
    );
    return request;
  };

  return {
    requests,
    heldBack: () => heldBack,
    send,
    start() {
      const started = performance.now();
      let sent = 0;
      timer = setInterval(() => {
        const [oldest = clock.now()] = underWay.values();
        const late = clock.now() - oldest > MOST_WAITING;
        for (; sent < ((performance.now() - started) / 1000) * perSecond; sent++) {
          if (late) heldBack++;
          else void send(next());
        }
      }, 5);
    },
    stop: () => clearInterval(timer),
    async answered() {
      await Promise.all(underWay.keys());
    },
  };
}

function eventOf(
  { name, secrets }: Scenario,
  mark: string,
  count: number,
  given: Secret | undefined,
  timeEpoch: number,
): GatewayEvent {
  const mail = {
    ehlo: 'client.example.jp',
    mail: 'kijitora@example.jp',
    rcpt: [`neko@${name}.example.org`],
    header: { from: 'Kijitora <kijitora@example.jp>', subject: `Nyaa [${mark}]` },
    body: 'Nyaa.\n',
  };
  const basic = given && Buffer.from(`mike:${secrets[given]}`).toString('base64');
  // clients of a user come from elsewhere, and are many
  const sourceIp = given ? `198.51.100.${count % 250}` : '192.0.2.77';
  return {
    ...RECORDED,
    headers: { ...RECORDED.headers, ...(basic && { authorization: `Basic ${basic}` }) },
    requestContext: {
      ...RECORDED.requestContext,
      http: { ...RECORDED.requestContext.http, sourceIp },
      timeEpoch: Math.floor(timeEpoch),
    },
    body: JSON.stringify(mail),
  } as GatewayEvent;
}
