/** Successful answers so far of each name that counts them (`;after=3`). */
const successes = new Map<string, number>();
const MAX_COUNTED = 10_000;

/** Whether this answer is one of the first `after`, which succeed. */
export function countedAsSuccess(name: string, after: number): boolean {
  const count = successes.get(name) ?? 0;
  if (count >= after) return false;
  if (successes.size >= MAX_COUNTED) successes.clear();
  successes.set(name, count + 1);
  return true;
}
