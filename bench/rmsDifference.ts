/** Root mean square difference of two fields over the same nodes. */
export function rmsDifference(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] - other[at]) ** 2;
  return Math.sqrt(sum / one.length);
}
