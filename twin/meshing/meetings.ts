import type { Csr } from '../mesh/nodeTets.ts';

/** Which materials meet at each node. */
export interface Meetings {
  /** Number of the node's set of materials, [nodes] */
  readonly setOf: Uint16Array;
  /** Materials of each set, ascending; a set of one is the inside of a material */
  readonly sets: readonly (readonly number[])[];
  /** Whether set `a` holds all materials of set `b`, [sets, sets] as a · sets + b */
  readonly holds: Uint8Array;
}

/** @param labels  material of each tetrahedron, [tets] */
export function findMeetings(around: Csr, labels: Uint8Array): Meetings {
  const nodes = around.starts.length - 1;
  const setOf = new Uint16Array(nodes);
  const sets: number[][] = [];
  const numbers = new Map<string, number>();
  const met: number[] = [];
  for (let node = 0; node < nodes; node++) {
    met.length = 0;
    for (let entry = around.starts[node]; entry < around.starts[node + 1]; entry++) {
      const label = labels[around.items[entry]];
      if (!met.includes(label)) met.push(label);
    }
    met.sort((a, b) => a - b);
    const key = met.join();
    let number = numbers.get(key);
    if (number === undefined) {
      number = sets.length;
      numbers.set(key, number);
      sets.push([...met]);
    }
    setOf[node] = number;
  }
  const holds = new Uint8Array(sets.length * sets.length);
  for (let a = 0; a < sets.length; a++) {
    for (let b = 0; b < sets.length; b++) {
      holds[a * sets.length + b] = sets[b].every((material) => sets[a].includes(material)) ? 1 : 0;
    }
  }
  return { setOf, sets, holds };
}
