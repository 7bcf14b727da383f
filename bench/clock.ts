/** CPU seconds of this process, all threads together, that a piece of work takes. */
export async function cpuSeconds<T>(
  work: () => Promise<T> | T,
): Promise<{ readonly seconds: number; readonly result: T }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

/** What is left of a row of timings when its first quarter is dropped, in which code is still being compiled. */
export const settled = (seconds: readonly number[]): readonly number[] => seconds.slice(Math.ceil(seconds.length / 4));

/** Middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length >> 1;
  if (ascending.length === 0) return Number.NaN;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}

/** A number that changes when any of the values does: their sum weighted by place, so that a wrong answer is not timed unseen. */
export function checksum(values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) if (Number.isFinite(values[at])) sum += values[at] * (1 + (at % 97) / 97);
  return sum;
}
