/** Numbers edges (pairs of nodes) in the order in which they are met: an open-addressing table of whole numbers. */
export interface EdgeTable {
  /** Number of the edge, given a new one when it is met first. */
  add(a: number, b: number): number;
  /** Number of the edge, −1 when it was never added. */
  find(a: number, b: number): number;
  readonly size: number;
  /** Lower node first, [size, 2] */
  nodes(): Uint32Array;
}

/** @param expected  about how many edges will be added; more only cost time */
export function openEdgeTable(expected: number): EdgeTable {
  let slots = 1024;
  while (slots < 2 * expected) slots *= 2;
  let table = new Int32Array(slots).fill(-1);
  let ends = new Uint32Array(Math.max(2 * expected, 64));
  let size = 0;

  const slotOf = (a: number, b: number): number => {
    const mask = slots - 1;
    let slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (true) {
      const edge = table[slot];
      if (edge < 0 || (ends[2 * edge] === a && ends[2 * edge + 1] === b)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const grow = (): void => {
    slots *= 2;
    table = new Int32Array(slots).fill(-1);
    for (let edge = 0; edge < size; edge++) table[slotOf(ends[2 * edge], ends[2 * edge + 1])] = edge;
  };

  return {
    add(a, b) {
      const low = a < b ? a : b;
      const high = a < b ? b : a;
      const slot = slotOf(low, high);
      if (table[slot] >= 0) return table[slot];
      if (2 * size + 2 > ends.length) {
        const larger = new Uint32Array(2 * ends.length);
        larger.set(ends);
        ends = larger;
      }
      ends[2 * size] = low;
      ends[2 * size + 1] = high;
      table[slot] = size++;
      if (3 * size > 2 * slots) grow();
      return size - 1;
    },
    find(a, b) {
      return table[slotOf(a < b ? a : b, a < b ? b : a)];
    },
    get size() {
      return size;
    },
    nodes: () => ends.slice(0, 2 * size),
  };
}
