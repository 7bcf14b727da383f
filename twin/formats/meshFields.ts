import { TwinError } from '../errors.ts';
import { quote } from './asciiScanner.ts';
import type { FieldArray, RawMesh } from './format.ts';

/** Cell arrays that are taken as region tags, in this order, whatever their case (docs/formats.md#region-tags). */
export const TAG_NAMES = [
  'elemTag',
  'tag',
  'tags',
  'region',
  'regions',
  'regionId',
  'region_id',
  'material',
  'materialId',
  'materialIds',
  'gmsh:physical',
  'medit:ref',
  'cell_tags',
  'CellEntityIds',
  'label',
  'labels',
  'id',
] as const;

/** Cell arrays of 3 or 9 components that are taken as fibres, in this order, whatever their case (docs/formats.md#fibres). */
export const FIBRE_NAMES = [
  'fibre',
  'fiber',
  'fibres',
  'fibers',
  'fibre_direction',
  'fiber_direction',
  'f0',
  'f',
  'lon',
  'fibers_long',
] as const;

/** VTK's number of the linear tetrahedron. */
export const VTK_TETRA = 10;

/** Cells that people most often meet beside tetrahedra, by their VTK number. */
const CELL_NAMES: Readonly<Record<number, string>> = {
  1: 'vertex',
  2: 'poly-vertex',
  3: 'line',
  4: 'poly-line',
  5: 'triangle',
  7: 'polygon',
  9: 'quadrilateral',
  11: 'voxel',
  12: 'hexahedron',
  13: 'wedge',
  14: 'pyramid',
  24: 'quadratic tetrahedron',
};

type Fields = Readonly<Record<string, FieldArray>>;

/** What a reader of the VTK family or of Gmsh found, before tags and fibres are picked out. */
export interface MeshParts {
  readonly fileName: string;
  readonly points: Float64Array;
  readonly tets: Uint32Array;
  readonly pointData: Fields;
  readonly cellData: Fields;
}

/** A raw mesh of parts: tags and fibres are picked by name, every array stays in the data as well. @throws TwinError BadInput */
export function assembleMesh({ fileName, points, tets, pointData, cellData }: MeshParts): RawMesh {
  const tags = pickField(cellData, TAG_NAMES, [1]);
  const fibres = pickField(cellData, FIBRE_NAMES, [3, 9]);
  return {
    points,
    unit: undefined,
    tets,
    tags: tags && wholeTags(tags, fileName),
    fibres: fibres && firstVectors(fibres.field),
    pointData,
    cellData,
  };
}

interface PickedField {
  readonly name: string;
  readonly field: FieldArray;
}

function pickField(fields: Fields, names: readonly string[], components: readonly number[]): PickedField | undefined {
  for (const wanted of names) {
    for (const [name, field] of Object.entries(fields)) {
      if (name.toLowerCase() === wanted.toLowerCase() && components.includes(field.components)) return { name, field };
    }
  }
  return undefined;
}

function wholeTags({ name, field }: PickedField, fileName: string): Int32Array {
  const bad = field.values.findIndex((value) => !Number.isInteger(value) || Math.abs(value) > 0x7fffffff);
  if (bad >= 0) {
    const message = `${fileName}: the cell array ${quote(name)} is taken as region tags, and ${field.values[bad]} at cell ${bad} is not a whole number`;
    throw new TwinError('BadInput', message, { file: fileName });
  }
  return Int32Array.from(field.values);
}

function firstVectors({ values, components }: FieldArray): Float64Array {
  if (components === 3) return values;
  const cells = values.length / components;
  const out = new Float64Array(cells * 3);
  for (let cell = 0; cell < cells; cell++) {
    for (let axis = 0; axis < 3; axis++) out[cell * 3 + axis] = values[cell * components + axis] as number;
  }
  return out;
}

/** Cells as VTK files give them. */
export interface VtkCells {
  /** [cells] */
  readonly types: Float64Array;
  /** Where each cell's nodes end in the connectivity, [cells] */
  readonly ends: Float64Array;
  readonly connectivity: Float64Array;
}

/** Tetrahedra of VTK cells; any other cell is refused with its place. @throws TwinError BadInput */
export function tetrahedraOf({ types, ends, connectivity }: VtkCells, nodes: number, fileName: string): Uint32Array {
  const fail = (message: string): never => {
    throw new TwinError('BadInput', `${fileName}: ${message}`, { file: fileName });
  };
  if (types.length !== ends.length) fail(`${types.length} cell types for ${ends.length} cells`);
  const tets = new Uint32Array(types.length * 4);
  for (let cell = 0; cell < types.length; cell++) {
    const type = types[cell] as number;
    if (type !== VTK_TETRA) {
      const name = CELL_NAMES[type] ?? 'unknown to tetrahedral meshes';
      fail(
        `cell ${cell} is of type ${type} (${name}); only tetrahedra (${VTK_TETRA}) can be read, remove or split the others`,
      );
    }
    const end = ends[cell] as number;
    const start = cell === 0 ? 0 : (ends[cell - 1] as number);
    if (end - start !== 4 || end > connectivity.length || start < 0)
      fail(`cell ${cell} has ${end - start} nodes; a tetrahedron has four`);
    for (let corner = 0; corner < 4; corner++) {
      const node = connectivity[start + corner] as number;
      if (!(Number.isInteger(node) && node >= 0 && node < nodes)) refuseNode(connectivity, cell, node, nodes, fail);
      tets[cell * 4 + corner] = node;
    }
  }
  return tets;
}

function refuseNode(
  connectivity: Float64Array,
  cell: number,
  node: number,
  nodes: number,
  fail: (message: string) => never,
): never {
  const isOneBased = node === nodes && connectivity.every((other) => other >= 1 && other <= nodes);
  const hint = isOneBased ? '; no cell uses node 0, so the file looks 1-based: subtract 1 from every index' : '';
  return fail(`cell ${cell} refers to node ${node}, the mesh has nodes 0 to ${nodes - 1}${hint}`);
}
