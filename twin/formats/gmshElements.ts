import type { GmshCursor } from './gmshCursor.ts';

/** Tetrahedra of a Gmsh file, in its order. */
export interface GmshElements {
  /** The file's element numbers, [tets] */
  readonly ids: number[];
  /** Node indices, [tets, 4] */
  readonly corners: number[];
  /** Physical tag, 0 where there is none, [tets] */
  readonly physical: number[];
}

const TETRAHEDRON = 4;

/** Elements without volume, of first and second order, that mark points and boundaries: Gmsh's number and their nodes. */
const FLAT: Readonly<Record<number, number>> = { 1: 2, 2: 3, 3: 4, 8: 3, 9: 6, 10: 9, 15: 1, 16: 8 };

const SOLID_NAMES: Readonly<Record<number, string>> = {
  5: 'hexahedron',
  6: 'prism',
  7: 'pyramid',
  11: 'quadratic tetrahedron',
  12: 'quadratic hexahedron',
  13: 'quadratic prism',
  14: 'quadratic pyramid',
};

/** Elements of version 2.2. */
export function readElements2(cursor: GmshCursor, nodeOf: ReadonlyMap<number, number>): GmshElements {
  if (!cursor.open('$Elements')) cursor.fail('there is no $Elements section');
  const out: GmshElements = { ids: [], corners: [], physical: [] };
  const elements = cursor.text.count('the number of elements');
  cursor.text.line();
  for (let element = 0; element < elements; ) {
    const first = cursor.int();
    // As bytes, elements of one type and number of tags stand together behind a header; as text each is a line of its own.
    const type = cursor.isBinary ? first : cursor.int();
    const together = cursor.isBinary ? cursor.count('elements', 'int32', 8) : 1;
    if (together === 0) cursor.fail('a group of no elements');
    const tags = cursor.count('tags of an element', 'int32', 4);
    const nodes = nodesOf(cursor, type, element);
    for (let i = 0; i < together; i++, element++) {
      const id = cursor.isBinary ? cursor.int() : first;
      let physical = 0;
      for (let tag = 0; tag < tags; tag++) {
        const value = cursor.int();
        if (tag === 0) physical = value;
      }
      takeNodes(cursor, { type, nodes, id, physical, width: 'int32' }, nodeOf, out);
    }
  }
  cursor.close('$Elements');
  return out;
}

/** Elements of version 4.1. @param tags  physical tag of each volume */
export function readElements4(
  cursor: GmshCursor,
  nodeOf: ReadonlyMap<number, number>,
  tags: ReadonlyMap<number, number>,
): GmshElements {
  if (!cursor.open('$Elements')) cursor.fail('there is no $Elements section');
  const out: GmshElements = { ids: [], corners: [], physical: [] };
  const blocks = cursor.count('element blocks', 'uint64', 20);
  const elements = cursor.count('elements', 'uint64', 16);
  cursor.number('uint64');
  cursor.number('uint64');
  let element = 0;
  for (let block = 0; block < blocks; block++) {
    cursor.int();
    const entity = cursor.int();
    const type = cursor.int();
    const inBlock = cursor.count('elements of a block', 'uint64', 16);
    const nodes = nodesOf(cursor, type, element);
    const physical = tags.get(entity) ?? 0;
    for (let i = 0; i < inBlock; i++) {
      takeNodes(cursor, { type, nodes, id: cursor.number('uint64'), physical, width: 'uint64' }, nodeOf, out);
    }
    element += inBlock;
  }
  cursor.close('$Elements');
  if (element !== elements)
    cursor.fail(`the blocks hold ${element} of the ${elements} elements that the section promises`);
  return out;
}

/** First physical tag of each volume of a 4.1 file; none where it has no entities. */
export function readEntityTags(cursor: GmshCursor): ReadonlyMap<number, number> {
  const tags = new Map<number, number>();
  if (!cursor.open('$Entities')) return tags;
  const counts = ['points', 'curves', 'surfaces', 'volumes'].map((what) => cursor.count(what, 'uint64', 8));
  counts.forEach((count, dimension) => {
    for (let i = 0; i < count; i++) {
      const entity = cursor.int();
      for (let bound = 0; bound < (dimension === 0 ? 3 : 6); bound++) cursor.number('float64');
      const physicals = cursor.count('physical tags', 'uint64', 4);
      for (let place = 0; place < physicals; place++) {
        const tag = cursor.int();
        if (place === 0 && dimension === 3) tags.set(entity, tag);
      }
      if (dimension === 0) continue;
      const bounding = cursor.count('bounding entities', 'uint64', 4);
      for (let place = 0; place < bounding; place++) cursor.int();
    }
  });
  cursor.close('$Entities');
  return tags;
}

function nodesOf(cursor: GmshCursor, type: number, element: number): number {
  if (type === TETRAHEDRON) return 4;
  const flat = Object.hasOwn(FLAT, type) ? FLAT[type] : undefined;
  if (flat !== undefined) return flat;
  const name = SOLID_NAMES[type] ?? 'unknown to tetrahedral meshes';
  return cursor.fail(
    `element ${element} is of type ${type} (${name}); only tetrahedra (${TETRAHEDRON}) can be read, remove or split the others`,
  );
}

interface GmshElement {
  readonly type: number;
  readonly nodes: number;
  readonly id: number;
  readonly physical: number;
  readonly width: 'int32' | 'uint64';
}

function takeNodes(
  cursor: GmshCursor,
  { type, nodes, id, physical, width }: GmshElement,
  nodeOf: ReadonlyMap<number, number>,
  out: GmshElements,
): void {
  for (let i = 0; i < nodes; i++) {
    const number = cursor.number(width);
    if (type !== TETRAHEDRON) continue;
    const node = nodeOf.get(number);
    if (node === undefined) cursor.fail(`element ${id} refers to node ${number}, which the file does not have`);
    out.corners.push(node);
  }
  if (type !== TETRAHEDRON) return;
  out.ids.push(id);
  out.physical.push(physical);
}
