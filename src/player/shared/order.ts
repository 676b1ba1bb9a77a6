/** Index of the last of these ascending numbers that is not above the limit; -1 when all are. */
export function lastAtOrBefore(
  numbers: readonly number[],
  limit: number,
): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
