import type { Answered, GatewayEvent, Lambda } from '../bundle/lambda.ts';

/** A Lambda instance, and what it is called in the report. */
export type Instance = { readonly name: string; readonly lambda: Lambda };

/** An answer, by whom and when. Moments of the run's clock. */
export type Handled = {
  readonly answered: Answered;
  readonly instance: string;
  /** When an instance took it. */
  readonly begunAt: number;
  readonly answeredAt: number;
};

/** Takes requests as Lambda does: an instance has one at a time; what comes when all are busy waits in a queue. */
export type Queue = { handle(event: GatewayEvent): Promise<Handled> };

/** Makes a queue before these instances. The one that has been free longest is next, so that all are used. */
export function queue(instances: readonly Instance[], now: () => number): Queue {
  const free = [...instances];
  const waiting: ((instance: Instance) => void)[] = [];
  const leave = (instance: Instance) => {
    const next = waiting.shift();
    if (next) next(instance);
    else free.push(instance);
  };
  return {
    async handle(event) {
      const instance = free.shift() ?? (await new Promise<Instance>((resolve) => waiting.push(resolve)));
      const begunAt = now();
      try {
        const answered = await instance.lambda.invoke(event);
        return { answered, instance: instance.name, begunAt, answeredAt: now() };
      } finally {
        leave(instance);
      }
    },
  };
}
