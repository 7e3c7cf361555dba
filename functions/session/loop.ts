import { type Checked, REFUSALS } from '../smtp/catalogue.ts';

/** Refuses a mail that has been through this server: its name stands in x-haineko-loop. Returns the list with our name added. */
export function checkLoop(loop: readonly string[], hostname: string): Checked<readonly string[]> {
  const own = hostname.toLowerCase();
  if (loop.some((each) => each.toLowerCase() === own)) return { refused: REFUSALS.messageLoop() };
  // what is no host name goes no further: the list is written into a header
  return { value: [...loop.filter((each) => /^[A-Za-z0-9._:-]{1,255}$/.test(each)), hostname] };
}
