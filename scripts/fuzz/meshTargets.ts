import fc from 'fast-check';
import { gmsh2Binary, gmsh2Text, gmsh4As, vtkOffsets, vtkText, vtuAs } from '../../test/formats/writers.ts';
import { block } from '../../test/mesh/block.ts';
import { writeCarp } from '../../twin/formats/carp.ts';
import type { RawMesh } from '../../twin/formats/format.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { writeVtk } from '../../twin/formats/vtkWrite.ts';
import { writeVtu } from '../../twin/formats/vtuWrite.ts';
import { readVtx } from '../../twin/formats/vtx.ts';
import type { Files, FuzzTarget } from './target.ts';

const size = fc.integer({ min: 1, max: 3 });
// Two halves along x, as the writers have them.
const blocks = fc
  .record({ cells: fc.tuple(fc.constantFrom(2, 4), size, size), edge: fc.constantFrom(5, 0.01, 1e-6, 5000) })
  .map(block);
const one = (name: string, bytes: Uint8Array): Files => new Map([[name, bytes]]);

function isSoundMesh(value: unknown): boolean {
  const { points, tets, tags, fibres } = value as RawMesh;
  const [nodes, cells] = [points.length / 3, tets.length / 4];
  return (
    Number.isInteger(nodes) &&
    tets.every((node) => node < nodes) &&
    (tags === undefined || tags.length === cells) &&
    (fibres === undefined || fibres.length === 3 * cells)
  );
}

const mesh = (name: string, structures: FuzzTarget['structures'], real: RegExp): FuzzTarget => ({
  name,
  structures,
  real,
  parse: readMesh,
  isSound: isSoundMesh,
});

const vtuStyles = fc.record({
  encoding: fc.constantFrom('ascii', 'inline', 'appended-base64', 'appended-raw'),
  isLittle: fc.boolean(),
  isWide: fc.boolean(),
  isCompressed: fc.boolean(),
});

/** Readers of meshes, one target a format. */
export const meshTargets: readonly FuzzTarget[] = [
  mesh(
    'carp',
    fc.tuple(blocks, fc.boolean()).map(([heart, hasFibres]) => {
      const { pts, elem, lon } = writeCarp(heart);
      const files = new Map([
        ['heart.pts', pts],
        ['heart.elem', elem],
      ]);
      return lon && hasFibres ? files.set('heart.lon', lon) : files;
    }),
    /\.pts$/,
  ),
  mesh(
    'vtk',
    fc
      .tuple(blocks, fc.constantFrom(vtkText, vtkOffsets, writeVtk))
      .map(([heart, write]) => one('heart.vtk', write(heart))),
    /\.vtk$/,
  ),
  mesh(
    'vtu',
    fc
      .tuple(blocks, fc.option(vtuStyles, { freq: 3 }))
      .map(([heart, style]) => one('heart.vtu', style ? vtuAs(style)(heart) : writeVtu(heart))),
    /\.vtu$/,
  ),
  mesh(
    'gmsh',
    fc
      .tuple(blocks, fc.constantFrom(gmsh2Text, gmsh2Binary, gmsh4As(false), gmsh4As(true)))
      .map(([heart, write]) => one('heart.msh', write(heart))),
    /\.msh$/,
  ),
  {
    name: 'vtx',
    structures: fc
      .array(fc.nat(99), { maxLength: 30 })
      .map((nodes) => one('heart.vtx', new TextEncoder().encode(`${nodes.length}\nintra\n${nodes.join('\n')}\n`))),
    real: /\.vtx$/,
    parse: (main, bytes) => readVtx(bytes, main, 100),
    isSound: (value) => (value as Uint32Array).every((node) => node < 100),
  },
];
