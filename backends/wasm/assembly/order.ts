/** Bytes of a node's record: visit (0 before, −1 in a group), lowest visit reached, next of its arcs. */
const RECORD: usize = 16;

/**
 * Strongly connected groups of the graph of upwind nodes, each after all that it depends on (Tarjan, SIAM J Comput 1972): see
 * `findDependencies` (twin/eikonal/dependencies.ts).
 *
 * @param upwindNodes  i32, [nodes, 3]
 * @param records      i32, scratch, [nodes, 4]
 * @param path         i32, scratch, [nodes]
 * @param open         i32, scratch, [nodes]
 * @param order        i32, nodes, group by group, [nodes]
 * @param groups       i32, group g is `order[groups[g]] … order[groups[g + 1] − 1]`, [groups + 1]
 * @returns number of groups
 */
export function orderGroups(
  nodes: i32,
  upwindNodes: usize,
  records: usize,
  path: usize,
  open: usize,
  order: usize,
  groups: usize,
): i32 {
  memory.fill(records, 0, <usize>nodes * RECORD);
  let visits = 0;
  let opened: usize = 0;
  let ordered: i32 = 0;
  let count: usize = 0;
  for (let root: i32 = 0; root < nodes; root++) {
    if (load<i32>(records + <usize>root * RECORD) !== 0) continue;
    let node = root;
    let record = records + <usize>root * RECORD;
    let depth: usize = 0;
    visits++;
    store<i32>(record, visits);
    store<i32>(record, visits, 4);
    store<i32>(open + (opened << 2), node);
    opened++;
    while (true) {
      const arc = load<i32>(record, 8);
      if (arc < 3) {
        store<i32>(record, arc + 1, 8);
        const upwind = load<i32>(upwindNodes + 12 * <usize>node + ((<usize>arc) << 2));
        if (upwind < 0) continue;
        const other = records + <usize>upwind * RECORD;
        const visit = load<i32>(other);
        if (visit === 0) {
          store<i32>(path + (depth << 2), node);
          depth++;
          node = upwind;
          record = other;
          visits++;
          store<i32>(record, visits);
          store<i32>(record, visits, 4);
          store<i32>(open + (opened << 2), node);
          opened++;
        } else if (visit > 0 && visit < load<i32>(record, 4)) {
          store<i32>(record, visit, 4);
        }
        continue;
      }
      const lowest = load<i32>(record, 4);
      if (lowest === load<i32>(record)) {
        store<i32>(groups + (count << 2), ordered);
        count++;
        let start = opened - 1;
        while (load<i32>(open + (start << 2)) !== node) start--;
        for (let at = start; at < opened; at++) {
          const member = load<i32>(open + (at << 2));
          store<i32>(order + ((<usize>ordered) << 2), member);
          store<i32>(records + <usize>member * RECORD, -1);
          ordered++;
        }
        opened = start;
      }
      if (depth === 0) break;
      depth--;
      node = load<i32>(path + (depth << 2));
      record = records + <usize>node * RECORD;
      if (lowest < load<i32>(record, 4)) store<i32>(record, lowest, 4);
    }
  }
  store<i32>(groups + (count << 2), nodes);
  return <i32>count;
}
