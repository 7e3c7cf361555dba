/**
 * Loads when it is first asked, and gives the same from then on: to ask import() anew costs as much as a small mail. What
 * cannot be loaded now (too many open files) may be later.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
