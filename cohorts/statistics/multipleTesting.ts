/**
 * p values adjusted so that the chance of even one false finding in the family stays below the level, whatever ties the tests have among them
 * (Holm, Scand J Stat 6:65–70, 1979).
 *
 *     p̃₍ᵢ₎ = max_{j ≤ i} min(1, (m − j + 1) p₍ⱼ₎)
 *
 * @returns in the order given; NaN stays NaN and does not count as a test
 */
export function holm(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = pValues.map(() => Number.NaN);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * (pValues[index] ?? Number.NaN)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * q values: the smallest expected share of false findings among all findings at which a test would still be one of them
 * (Benjamini & Hochberg, J R Stat Soc B 57:289–300, 1995; for tests that are independent or rise together).
 *
 *     q₍ᵢ₎ = min_{j ≥ i} min(1, m p₍ⱼ₎ / j)
 *
 * @returns in the order given; NaN stays NaN and does not count as a test
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = pValues.map(() => Number.NaN);
  let smallest = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const index = order[rank - 1] ?? 0;
    smallest = Math.min(smallest, (order.length * (pValues[index] ?? Number.NaN)) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}

/** Places of the known p values from the smallest on, ties in their order. */
function ascending(pValues: readonly number[]): number[] {
  return [...pValues.keys()]
    .filter((index) => !Number.isNaN(pValues[index]))
    .sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0) || a - b);
}
