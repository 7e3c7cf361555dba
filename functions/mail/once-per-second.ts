/** Makes something of a second since the epoch, and gives the same until the next: what all mails of a second have alike. */
export function oncePerSecond<T>(make: (second: number) => T): (ms: number) => T {
  let made: { readonly second: number; readonly value: T } | undefined;
  return (ms) => {
    const second = Math.floor(ms / 1000);
    if (made?.second !== second) made = { second, value: make(second) };
    return made.value;
  };
}
