import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import type { Route } from '../../functions/tables/route-entry.ts';
import { deliveryBy, inOneLine, NEKO, routeTo, send } from './deliveries.ts';
import { readScenarios, type Scenario, variants } from './scenario.ts';
import { startScriptedServer } from './scripted-server.ts';

const FILES = ['setup', 'auth', 'transaction', 'mail', 'final-dot', 'kept', 'extensions'];

for (const name of FILES) {
  describe.concurrent(`${name}.txt`, () => {
    for (const scenario of readScenarios(new URL(`${name}.txt`, import.meta.url)).flatMap(variants)) {
      test(scenario.title, async ({ expect }) => {
        const server = await startScriptedServer(scenario.script);
        try {
          const answers: string[] = [];
          for (const [index] of scenario.answers.entries()) {
            if (index > 0) await sleep(Number(scenario.given['pause'] ?? 0));
            answers.push(inOneLine(await send(...deliveryOf(scenario, server.port))));
          }
          expect(answers, server.transcript.join('\n')).toEqual(scenario.answers);
          expect(server.accepted()).toBe(scenario.mails);
          expect(server.faults).toEqual([]);
        } finally {
          await server.close();
        }
      });
    }
  });
}

function deliveryOf({ given, script }: Scenario, port: number) {
  const hangs = /^-- (hang|stall|flood|endless)$/m.test(script);
  const route: Partial<Route> = {
    timeout: Number(given['timeout'] ?? (hangs ? 0.5 : 10)),
    auth: given['auth'],
    starttls: given['starttls'] === 'opportunistic' ? 'opportunistic' : given['starttls'] === '1' ? 1 : 0,
    auth_plaintext: given['auth_plaintext'] === '1' ? 1 : 0,
  };
  const body =
    given['body'] === undefined ? 'Nyaa.\r\n' : `${'x'.repeat(76)}\r\n`.repeat(Number(given['body']) / 78);
  const delivery = deliveryBy(routeTo(port, route), body, given['mail'] ?? 'neko@example.jp');
  return [delivery, route.auth === undefined ? undefined : NEKO] as const;
}
