import fc from 'fast-check';
import { vtuAs } from '../../test/formats/writers.ts';
import { writeStl } from '../../twin/formats/stl.ts';
import { readSurface } from '../../twin/formats/surface.ts';
import type { RawSurface } from '../../twin/formats/surfaceFormat.ts';
import type { Files, FuzzTarget } from './target.ts';

const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\n')}\n`);

/** A fan of triangles around its first node. */
const fans = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 100, 1e-3)).map(([count, edge]) => ({
  points: Float64Array.from({ length: 3 * (count + 2) }, (_, at) => edge * Math.sin(at * at)),
  triangles: Uint32Array.from({ length: 3 * count }, (_, at) => (at % 3 === 0 ? 0 : Math.floor(at / 3) + (at % 3))),
}));
type Fan = { readonly points: Float64Array; readonly triangles: Uint32Array };

const triples = (values: ArrayLike<number>, add = 0): string[] =>
  Array.from({ length: values.length / 3 }, (_, row) =>
    [0, 1, 2].map((axis) => (values[3 * row + axis] as number) + add).join(' '),
  );

const obj = ({ points, triangles }: Fan) =>
  text([
    'o torso',
    ...triples(points).map((row) => `v ${row}`),
    ...triples(triangles, 1).map((row) => `f ${row.replace(/\d+/g, '$&/$&/1')}`),
  ]);
const tri = ({ points, triangles }: Fan) =>
  text([
    `${points.length / 3}`,
    ...triples(points).map((row, at) => `${at + 1} ${row}`),
    `${triangles.length / 3}`,
    ...triples(triangles, 1).map((row, at) => `${at + 1} ${row}`),
  ]);
const stlText = ({ points, triangles }: Fan) => {
  const corners = triples(points);
  const facets = Array.from({ length: triangles.length / 3 }, (_, facet) =>
    [
      'facet normal 0 0 1',
      'outer loop',
      ...[0, 1, 2].map((corner) => `vertex ${corners[triangles[3 * facet + corner] as number]}`),
      'endloop',
      'endfacet',
    ].join('\n'),
  );
  return text(['solid torso', ...facets, 'endsolid torso']);
};
const vtk = ({ points, triangles }: Fan) =>
  text([
    '# vtk DataFile Version 3.0',
    'torso',
    'ASCII',
    'DATASET POLYDATA',
    `POINTS ${points.length / 3} double`,
    ...triples(points),
    `POLYGONS ${triangles.length / 3} ${(4 * triangles.length) / 3}`,
    ...triples(triangles).map((row) => `3 ${row}`),
  ]);
const vtp = ({ points, triangles }: Fan) => {
  const array = (name: string, type: string, values: string) =>
    `<DataArray type="${type}" Name="${name}" NumberOfComponents="${name === 'p' ? 3 : 1}" format="ascii">${values}</DataArray>`;
  const ends = Array.from({ length: triangles.length / 3 }, (_, at) => 3 * (at + 1)).join(' ');
  return text([
    '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt32"><PolyData>',
    `<Piece NumberOfPoints="${points.length / 3}" NumberOfPolys="${triangles.length / 3}">`,
    `<Points>${array('p', 'Float64', triples(points).join(' '))}</Points>`,
    `<Polys>${array('connectivity', 'Int64', triples(triangles).join(' '))}${array('offsets', 'Int64', ends)}</Polys>`,
    '</Piece></PolyData></VTKFile>',
  ]);
};
/** Of tetrahedra, which a surface is not. */
const vtu = ({ points }: Fan) =>
  vtuAs({ encoding: 'ascii', isLittle: true, isWide: false, isCompressed: false })({
    points,
    tets: new Uint32Array(4),
    tags: new Int32Array(1),
    fibres: new Float64Array(3),
  });

const written = fc.constantFrom<readonly [string, (fan: Fan) => Uint8Array]>(
  ['torso.obj', obj],
  ['torso.tri', tri],
  ['torso.stl', stlText],
  ['torso.stl', ({ points, triangles }) => writeStl(points, triangles)],
  ['torso.vtk', vtk],
  ['torso.vtp', vtp],
  ['torso.vtu', vtu],
);

/** Readers of triangle surfaces: OBJ, STL, VTP, VTK, ECGSIM. */
export const surfaceTargets: readonly FuzzTarget[] = [
  {
    name: 'surface',
    structures: fc.tuple(written, fans).map(([[name, write], fan]): Files => new Map([[name, write(fan)]])),
    real: /\.(obj|stl|vtp|tri)$/,
    parse: (main, bytes) => readSurface(main, bytes),
    isSound: (value) => {
      const { points, triangles } = value as RawSurface;
      return triangles.length % 3 === 0 && triangles.every((node) => node < points.length / 3);
    },
  },
];
