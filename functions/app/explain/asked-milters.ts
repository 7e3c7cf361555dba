import type { Milter } from '../../milter/milter.ts';
import { MILTER_PHASES, type MilterPhase } from '../../tables/haineko-cf.ts';

/** Milters that are asked once a phase, and remember what they said; who has refused can be left out of the next round. */
export type AskedMilters = {
  readonly milters: ReadonlyMap<string, Milter>;
  /** Leaves out the milter that refused (or failed) last, and names it; undefined where none did. */
  setAside(): string | undefined;
};

/** Wraps milters. A phase can then be run again behind a refusal without asking anybody twice. */
export function askedOnce(milters: ReadonlyMap<string, Milter>): AskedMilters {
  const said = new Map<string, unknown>();
  const aside = new Set<string>();
  let refuser: { readonly key: string; readonly name: string } | undefined;

  const wrapped = (milter: Milter): Milter => {
    const asked = (phase: MilterPhase) => async (value: never, session: never) => {
      const key = `${phase} ${milter.name}`;
      if (aside.has(key)) return undefined;
      // in case it throws
      refuser = { key, name: milter.name };
      if (!said.has(key)) said.set(key, await milter[phase]?.(value, session));
      const verdict = said.get(key);
      if (!(verdict instanceof Object && 'refuse' in verdict)) refuser = undefined;
      return verdict;
    };
    const phases = MILTER_PHASES.filter((phase) => milter[phase] !== undefined);
    return { ...milter, ...Object.fromEntries(phases.map((phase) => [phase, asked(phase)])) };
  };

  return {
    milters: new Map([...milters].map(([name, milter]) => [name, wrapped(milter)])),
    setAside() {
      const last = refuser;
      refuser = undefined;
      if (last) aside.add(last.key);
      return last?.name;
    },
  };
}
