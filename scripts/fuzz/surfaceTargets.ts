import fc from 'fast-check';
import { vtuAs } from '../../test/formats/writers.ts';
import { readTorso } from '../../twin/conductor/readTorso.ts';
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

/** An ellipsoid of mm-sized axes around a place: an octahedron, cut twice. */
function ellipsoid([a, b, c]: readonly [number, number, number], [x, y, z]: readonly [number, number, number]): Fan {
  const nodes: number[][] = [
    [1, 0, 0],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
    [0, 0, 1],
    [0, 0, -1],
  ];
  let faces: number[][] = [
    [0, 2, 4],
    [2, 1, 4],
    [1, 3, 4],
    [3, 0, 4],
    [2, 0, 5],
    [1, 2, 5],
    [3, 1, 5],
    [0, 3, 5],
  ];
  const middles = new Map<string, number>();
  const middle = (i: number, j: number): number => {
    const key = i < j ? `${i} ${j}` : `${j} ${i}`;
    const known = middles.get(key);
    if (known !== undefined) return known;
    const sum = [0, 1, 2].map((axis) => (nodes[i]?.[axis] ?? 0) + (nodes[j]?.[axis] ?? 0));
    nodes.push(sum.map((value) => value / Math.hypot(...sum)));
    middles.set(key, nodes.length - 1);
    return nodes.length - 1;
  };
  for (let cut = 0; cut < 2; cut++) {
    faces = faces.flatMap(([i = 0, j = 0, k = 0]) => {
      const [ij, jk, ki] = [middle(i, j), middle(j, k), middle(k, i)];
      return [
        [i, ij, ki],
        [j, jk, ij],
        [k, ki, jk],
        [ij, jk, ki],
      ];
    });
  }
  return {
    points: Float64Array.from(nodes.flatMap(([u = 0, v = 0, w = 0]) => [x + a * u, y + b * v, z + c * w])),
    triangles: Uint32Array.from(faces.flat()),
  };
}

const torsos = fc.tuple(fc.boolean(), fc.constantFrom('auto', 'mm', 'cm')).map(([hasLungs, unit]): Files => {
  const note = { unit, skin: 'skin.obj', lungs: hasLungs ? ['left.obj', 'right.stl'] : [], blood: [] };
  return new Map([
    ['torso.json', text([JSON.stringify(note)])],
    ['skin.obj', obj(ellipsoid([180, 120, 280], [0, 0, 0]))],
    ['left.obj', obj(ellipsoid([50, 60, 100], [80, 0, 60]))],
    ['right.stl', stlText(ellipsoid([50, 60, 100], [-80, 0, 60]))],
  ]);
});

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
  { name: 'torso', structures: torsos, real: /^torso.*\.json$/, parse: readTorso },
];
