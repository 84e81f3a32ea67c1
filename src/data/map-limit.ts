/** Files to decode at once: enough to keep the library's threads busy, few enough for memory. */
const AT_ONCE = 8;

/** Calls `work` on each item, a few at once, and stops at the first failure. */
export async function eachLimited<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
