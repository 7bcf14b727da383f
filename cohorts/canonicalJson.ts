/**
 * JSON with keys sorted by UTF-16 code unit at every depth, so that equal values are equal bytes.
 *
 * @param indent  spaces of indentation; 0 puts all on one line
 * @throws RangeError on a number that JSON cannot hold (NaN, Infinity)
 */
export function canonicalJson(value: unknown, indent = 0): string {
  return JSON.stringify(sorted(value), null, indent);
}

function sorted(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`JSON cannot hold ${value}`);
  }
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
  }
  return value;
}
