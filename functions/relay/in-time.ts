const NOT_YET = Symbol('not yet');

/**
 * What was asked for, or what `late` says (it may throw) where that takes more than `ms` milliseconds. What is there at once
 * costs no timer.
 */
export async function inTime<T>(asked: Promise<T>, ms: number, late: () => T): Promise<T> {
  const first = await Promise.race([asked, NOT_YET]);
  if (first !== NOT_YET) return first as T;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(ms, 0));
  }).then(late);
  try {
    return await Promise.race([asked, over]);
  } finally {
    clearTimeout(timer);
  }
}
