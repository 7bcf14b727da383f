import type { FieldArray, MeshFormat, RawMesh } from './format.ts';
import { GmshCursor } from './gmshCursor.ts';
import { type GmshElements, readElements2, readElements4, readEntityTags } from './gmshElements.ts';
import { assembleMesh } from './meshFields.ts';

/**
 * Gmsh meshes, versions 2.2 and 4.1, text or binary: tetrahedra with their physical tag, and node and element data. Points, lines, triangles and
 * quadrilaterals, by which Gmsh marks boundaries, are passed over; other solids are refused.
 *
 * Source: Gmsh reference manual, MSH file format.
 */
export const gmsh: MeshFormat = {
  name: 'Gmsh',
  extensions: ['.msh'],
  content: 'gmsh',
  read(bytes, fileName): RawMesh {
    const cursor = new GmshCursor(bytes, fileName);
    const { points, nodeOf } = cursor.version === 4.1 ? readNodes4(cursor) : readNodes2(cursor);
    const elements =
      cursor.version === 4.1 ? readElements4(cursor, nodeOf, readEntityTags(cursor)) : readElements2(cursor, nodeOf);
    const cellData: Record<string, FieldArray> = readData(
      cursor,
      '$ElementData',
      indexOfElements(elements),
      elements.ids.length,
    );
    const pointData = readData(cursor, '$NodeData', nodeOf, points.length / 3);
    if (elements.physical.some((tag) => tag !== 0)) {
      cellData['gmsh:physical'] = { components: 1, values: Float64Array.from(elements.physical) };
    }
    return assembleMesh({ fileName, points, tets: Uint32Array.from(elements.corners), pointData, cellData });
  },
};

/** Nodes in the file's order, and the place of each of its node numbers. */
interface GmshNodes {
  readonly points: Float64Array;
  readonly nodeOf: ReadonlyMap<number, number>;
}

function readNodes2(cursor: GmshCursor): GmshNodes {
  if (cursor.open('$ParametricNodes'))
    cursor.fail('its nodes are parametric; save the mesh without parametric coordinates');
  if (!cursor.open('$Nodes')) cursor.fail('there is no $Nodes section');
  // The count stands as text in both forms of version 2.
  const nodes = cursor.text.count('the number of nodes');
  cursor.text.line();
  refuseGiant(cursor, nodes, 28);
  const points = new Float64Array(nodes * 3);
  const nodeOf = new Map<number, number>();
  for (let node = 0; node < nodes; node++) {
    nodeOf.set(cursor.int(), node);
    for (let axis = 0; axis < 3; axis++) points[node * 3 + axis] = cursor.number('float64');
  }
  cursor.close('$Nodes');
  refuseRepeated(cursor, nodeOf, nodes);
  return { points, nodeOf };
}

function readNodes4(cursor: GmshCursor): GmshNodes {
  if (!cursor.open('$Nodes')) cursor.fail('there is no $Nodes section');
  const blocks = cursor.count('node blocks', 'uint64', 20);
  const nodes = cursor.count('nodes', 'uint64', 32);
  cursor.number('uint64');
  cursor.number('uint64');
  const points = new Float64Array(nodes * 3);
  const nodeOf = new Map<number, number>();
  let node = 0;
  for (let block = 0; block < blocks; block++) {
    const dimension = cursor.int();
    cursor.int();
    const isParametric = cursor.int() !== 0;
    const inBlock = cursor.count('nodes of a block', 'uint64', 32);
    if (node + inBlock > nodes) cursor.fail(`the blocks hold more than the ${nodes} nodes that the section promises`);
    for (let i = 0; i < inBlock; i++) nodeOf.set(cursor.number('uint64'), node + i);
    for (let i = 0; i < inBlock; i++, node++) {
      for (let axis = 0; axis < 3; axis++) points[node * 3 + axis] = cursor.number('float64');
      if (isParametric) for (let skipped = 0; skipped < dimension; skipped++) cursor.number('float64');
    }
  }
  cursor.close('$Nodes');
  if (node !== nodes) cursor.fail(`the blocks hold ${node} of the ${nodes} nodes that the section promises`);
  refuseRepeated(cursor, nodeOf, nodes);
  return { points, nodeOf };
}

function refuseGiant(cursor: GmshCursor, nodes: number, bytesEach: number): void {
  const left = cursor.text.end - cursor.text.at;
  const most = Math.floor(left / (cursor.isBinary ? bytesEach : 8));
  if (nodes > most)
    cursor.fail(
      `promises ${nodes} nodes, the ${left} bytes left hold at most ${most}; the file was cut short or the header is wrong`,
    );
}

function refuseRepeated(cursor: GmshCursor, nodeOf: ReadonlyMap<number, number>, nodes: number): void {
  if (nodeOf.size !== nodes)
    cursor.fail(`${nodes} nodes with ${nodeOf.size} different numbers; each node needs its own`);
}

/** More arrays than anybody keeps on a mesh; each takes room for all items, whatever it holds of them. */
const MOST_ARRAYS = 256;

const indexOfElements = ({ ids }: GmshElements): ReadonlyMap<number, number> =>
  new Map(ids.map((id, index) => [id, index]));

/** Arrays of `$NodeData` or `$ElementData`; NaN where the file has no value for an item. */
function readData(
  cursor: GmshCursor,
  section: string,
  indexOf: ReadonlyMap<number, number>,
  items: number,
): Record<string, FieldArray> {
  const data: Record<string, FieldArray> = {};
  const starts = cursor.all(section);
  if (starts.length > MOST_ARRAYS) cursor.fail(`${starts.length} sections ${section}; at most ${MOST_ARRAYS} are read`);
  for (const start of starts) {
    const { text } = cursor;
    text.at = start;
    const strings = text.count('the number of string tags');
    text.line();
    if (strings > text.end - text.at)
      text.fail(`promises ${strings} string tags in the ${text.end - text.at} bytes left; the section is damaged`);
    let name = '';
    for (let i = 0; i < strings; i++) {
      const line = text.line().replace(/^"(.*)"$/, '$1');
      if (i === 0) name = line;
    }
    const reals = text.count('the number of real tags');
    for (let i = 0; i < reals; i++) text.number();
    const integers = text.count('the number of integer tags');
    if (integers < 3) text.fail(`${integers} integer tags; expected the step, the number of components and of entries`);
    text.number();
    const components = text.count('the number of components');
    const entries = text.count('the number of entries');
    for (let i = 3; i < integers; i++) text.number();
    text.line();
    const left = text.end - text.at;
    const width = cursor.isBinary ? 4 + components * 8 : 2 + components * 2;
    if (![1, 3, 9].includes(components) || entries * width > left + 1) {
      text.fail(
        `${entries} entries of ${components} components; expected 1, 3 or 9 components in the ${left} bytes left`,
      );
    }
    const values = new Float64Array(items * components).fill(Number.NaN);
    for (let entry = 0; entry < entries; entry++) {
      const index = indexOf.get(cursor.int());
      for (let i = 0; i < components; i++) {
        const value = cursor.number('float64');
        if (index !== undefined) values[index * components + i] = value;
      }
    }
    data[name] = { components, values };
  }
  return data;
}
