import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import { writeStl } from '../../twin/formats/stl.ts';
import { readSurface } from '../../twin/formats/surface.ts';

/** A tetrahedron with corners at the origin and on the axes, outward. */
const POINTS = [0, 0, 0, 10.5, 0, 0, 0, 20.25, 0, 0, 0, 30.125];
const TRIANGLES = [0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3];
const bytes = (text: string) => new TextEncoder().encode(text);
const rows = (values: readonly number[], by: number) =>
  Array.from({ length: values.length / by }, (_, row) => values.slice(row * by, row * by + by));

const objText = [
  '# a comment',
  'mtllib ../../../etc/passwd',
  'o body',
  ...rows(POINTS, 3).map((place) => `v ${place.join(' ')}`),
  'vn 0 0 1',
  'usemtl skin',
  ...rows(TRIANGLES, 3).map((corners) => `f ${corners.map((corner) => `${corner + 1}/1/1`).join(' ')}`),
].join('\n');
const triText = [
  '4',
  ...rows(POINTS, 3).map((place, at) => `${at + 1} ${place.join(' ')}`),
  '4',
  ...rows(TRIANGLES, 3).map((corners, at) => `${at + 1} ${corners.map((corner) => corner + 1).join(' ')}`),
].join('\n');
const stlText = `solid body\n${rows(TRIANGLES, 3)
  .map(
    (corners) =>
      `facet normal 0 0 0\n outer loop\n${corners.map((corner) => `  vertex ${POINTS.slice(3 * corner, 3 * corner + 3).join(' ')}`).join('\n')}\n endloop\nendfacet`,
  )
  .join('\n')}\nendsolid body\n`;
const vtpText = (nodes = 4, polygons = 4) => `<?xml version="1.0"?>
<VTKFile type="PolyData" version="0.1" byte_order="LittleEndian"><PolyData>
<Piece NumberOfPoints="${nodes}" NumberOfPolys="${polygons}">
<Points><DataArray type="Float64" NumberOfComponents="3" format="ascii">${POINTS.join(' ')}</DataArray></Points>
<Polys><DataArray type="Int64" Name="connectivity" format="ascii">${TRIANGLES.join(' ')}</DataArray>
<DataArray type="Int64" Name="offsets" format="ascii">3 6 9 12</DataArray></Polys></Piece></PolyData></VTKFile>`;
const vtuText = (
  type = 5,
) => `<VTKFile type="UnstructuredGrid" version="0.1" byte_order="LittleEndian"><UnstructuredGrid>
<Piece NumberOfPoints="4" NumberOfCells="4">
<Points><DataArray type="Float64" NumberOfComponents="3" format="ascii">${POINTS.join(' ')}</DataArray></Points>
<Cells><DataArray type="Int64" Name="connectivity" format="ascii">${TRIANGLES.join(' ')}</DataArray>
<DataArray type="Int64" Name="offsets" format="ascii">3 6 9 12</DataArray>
<DataArray type="UInt8" Name="types" format="ascii">${type} ${type} ${type} ${type}</DataArray></Cells></Piece></UnstructuredGrid></VTKFile>`;
const vtkText = `# vtk DataFile Version 3.0\nbody\nASCII\nDATASET POLYDATA\nPOINTS 4 double\n${POINTS.join(' ')}\nLINES 1 3\n2 0 1\nPOLYGONS 4 16\n${rows(
  TRIANGLES,
  3,
)
  .map((corners) => `3 ${corners.join(' ')}`)
  .join('\n')}\nCELL_DATA 5\nSCALARS a float 1\nLOOKUP_TABLE default\n1 2 3 4 5\n`;

const FILES: Readonly<Record<string, Uint8Array>> = {
  'body.obj': bytes(objText),
  'body.tri': bytes(triText),
  'ascii.stl': bytes(stlText),
  'binary.stl': writeStl(Float64Array.from(POINTS), Uint32Array.from(TRIANGLES)),
  'body.vtp': bytes(vtpText()),
  'body.vtu': bytes(vtuText()),
  'body.vtk': bytes(vtkText),
};
/** Places of the corners of all triangles, whatever the nodes' numbers. */
const corners = (name: string) => {
  const { points, triangles } = readSurface(name, FILES[name]);
  return Array.from(triangles, (node) => [...points.subarray(3 * node, 3 * node + 3)]);
};

for (const name of Object.keys(FILES)) {
  test(`${name} gives back its triangles`, (t) => {
    t.deepEqual(
      corners(name),
      TRIANGLES.map((node) => POINTS.slice(3 * node, 3 * node + 3)),
    );
  });
}

test('OBJ counts nodes back from the end, goes on in the next line and cuts quadrilaterals', (t) => {
  const { triangles } = readSurface('a.obj', bytes('v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf -4 -3 \\\n -2 -1\n'));
  t.deepEqual([...triangles], [0, 1, 2, 0, 2, 3]);
});

test('a binary STL whose title begins with "solid" is read as binary', (t) => {
  const titled = FILES['binary.stl'].slice();
  titled.set(bytes('solid '));
  t.is(readSurface('a.stl', titled).triangles.length, 12);
});

const REFUSED: readonly { readonly name: string; readonly content: string | Uint8Array; readonly message: RegExp }[] = [
  { name: 'a.obj', content: 'v 0 0 0\nf 1 2 3\n', message: /names node 3, the file has 1 nodes/ },
  { name: 'a.obj', content: 'v 0 0 0\nf 0 1 1\n', message: /OBJ counts nodes from 1/ },
  { name: 'a.obj', content: 'v 0 0\nf 1 1 1\n', message: /line 1: node 1 has 2 coordinates/ },
  { name: 'a.obj', content: 'v 0 0 0\nf -2 1 1\n', message: /names node "-1"/ },
  { name: 'a.obj', content: 'v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n', message: /coordinate NaN/ },
  { name: 'a.obj', content: 'v 0 0 0\n', message: /holds no triangles/ },
  { name: 'a.tri', content: '4000000000\n1 0 0 0\n', message: /promises 4000000000 nodes/ },
  { name: 'a.tri', content: '1\n2 0 0 0\n0\n', message: /2 stands where the number of node 1 should/ },
  { name: 'a.tri', content: '1\n1 0 0 0\n1\n1 1 1 7\n', message: /triangle 1 names node "6"/ },
  { name: 'a.stl', content: FILES['binary.stl'].slice(0, 200), message: /promises 4 triangles, its 200 bytes hold 2/ },
  { name: 'a.stl', content: stlText.slice(0, 300), message: /a\.stl: line \d+/ },
  { name: 'a.vtp', content: vtpText(9e15), message: /which \d+ bytes cannot hold/ },
  { name: 'a.vtp', content: vtpText(4, 100000), message: /cut short|hold/ },
  { name: 'a.vtp', content: vtuText(), message: /type "UnstructuredGrid"; expected PolyData/ },
  { name: 'a.vtp', content: `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${vtpText()}`, message: /DOCTYPE/ },
  { name: 'a.vtu', content: vtuText(10), message: /VTK's type 10; expected a surface/ },
  { name: 'a.vtk', content: vtkText.replace('POLYDATA', 'STRUCTURED_GRID'), message: /expected POLYDATA/ },
  { name: 'a.obj', content: '<VTKFile/>', message: /the ending says OBJ, the content is XML/ },
  { name: 'a.ply', content: 'ply', message: /expected a surface as \.obj/ },
  { name: 'a.stl', content: '', message: /content is empty/ },
];

for (const { name, content, message } of REFUSED) {
  test(`refused in words: ${name} with ${message}`, (t) => {
    const data = typeof content === 'string' ? bytes(content) : content;
    t.throws(() => readSurface(name, data), { instanceOf: TwinError, code: 'BadInput', message });
  });
}

test('bytes changed, cut or doubled anywhere give a surface or a sentence, never anything else', (t) => {
  const names = Object.keys(FILES);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }), { maxLength: 6 }),
      fc.option(fc.nat(), { nil: undefined }),
      (name, changes, cut) => {
        const data = FILES[name].slice(0, cut === undefined ? undefined : cut % FILES[name].length);
        for (const { at, value } of changes) if (data.length > 0) data[at % data.length] = value;
        try {
          const { points, triangles } = readSurface(name, data);
          return triangles.every((node) => node < points.length / 3) && points.every(Number.isFinite);
        } catch (error) {
          return error instanceof TwinError;
        }
      },
    ),
    { numRuns: 1500, seed: 7 },
  );
  t.pass();
});
