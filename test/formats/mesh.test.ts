import test from 'ava';
import { TwinError } from '../../twin/errors.ts';
import { writeCarp } from '../../twin/formats/carp.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { writeVtk } from '../../twin/formats/vtkWrite.ts';
import { writeVtu } from '../../twin/formats/vtuWrite.ts';
import { type FormatUnderTest, meshFormatContract, readFiles } from '../contracts/format.ts';
import { type Block, block } from '../mesh/block.ts';
import { gmsh2Binary, gmsh2Text, gmsh4As, type VtuStyle, vtkOffsets, vtkText, vtuAs } from './writers.ts';

const one = (name: string, write: (mesh: Block) => Uint8Array) => (mesh: Block) => ({ [name]: write(mesh) });

function carpFiles(mesh: Block): Record<string, Uint8Array> {
  const { pts, elem, lon } = writeCarp(mesh);
  return { 'heart.pts': pts, 'heart.elem': elem, ...(lon && { 'heart.lon': lon }) };
}

const vtu = (title: string, style: VtuStyle): FormatUnderTest => exact(`VTU ${title}`, one('heart.vtu', vtuAs(style)));
const exact = (title: string, write: FormatUnderTest['write']): FormatUnderTest => ({
  title,
  write,
  points_mm: 0,
  direction: 0,
});

const formats: readonly FormatUnderTest[] = [
  { title: 'CARP', write: carpFiles, points_mm: 5e-7, direction: 5e-7 },
  exact('our VTK', one('heart.vtk', writeVtk)),
  exact('our VTU, appended', one('heart.vtu', writeVtu)),
  exact(
    'our VTU, inline',
    one('heart.vtu', (mesh) => writeVtu(mesh, 'inline')),
  ),
  exact('VTK text', one('heart.vtk', vtkText)),
  exact('VTK 5.1 binary', one('heart.vtk', vtkOffsets)),
  vtu('text', { encoding: 'ascii', isLittle: true, isWide: false, isCompressed: false }),
  vtu('base64, big-endian', { encoding: 'inline', isLittle: false, isWide: false, isCompressed: false }),
  vtu('base64, zlib', { encoding: 'inline', isLittle: true, isWide: false, isCompressed: true }),
  vtu('appended base64', { encoding: 'appended-base64', isLittle: true, isWide: false, isCompressed: false }),
  vtu('appended base64, zlib, wide header, big-endian', {
    encoding: 'appended-base64',
    isLittle: false,
    isWide: true,
    isCompressed: true,
  }),
  vtu('appended raw, wide header', { encoding: 'appended-raw', isLittle: true, isWide: true, isCompressed: false }),
  exact('Gmsh 2.2 text', one('heart.msh', gmsh2Text)),
  exact('Gmsh 2.2 binary', one('heart.msh', gmsh2Binary)),
  exact('Gmsh 4.1 text', one('heart.msh', gmsh4As(false))),
  exact('Gmsh 4.1 binary', one('heart.msh', gmsh4As(true))),
];

for (const format of formats) meshFormatContract(test, format);

const encode = (content: string): Uint8Array => new TextEncoder().encode(content);
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** The sentence with which files are refused. */
function refusal(files: Readonly<Record<string, Uint8Array>>): string {
  try {
    readFiles(files);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return error.message;
    throw error;
  }
  return 'it was read';
}

const carpText = carpFiles(block());

test('a .pts cut short names the file, the promised and the found nodes', (t) => {
  const lines = decode(carpText['heart.pts']).split('\n').slice(0, 41).join('\n');
  t.is(
    refusal({ ...carpText, 'heart.pts': encode(lines) }),
    'heart.pts: line 1 promises 75 nodes, the file holds 40; it was probably cut short while copied',
  );
});

test('an element past the last node is named with its node and line', (t) => {
  const lines = decode(carpText['heart.elem']).split('\n');
  lines[18] = 'Tt 0 1 2 75 1';
  t.is(
    refusal({ ...carpText, 'heart.elem': encode(lines.join('\n')) }),
    'heart.elem: line 19: element 17 refers to node 75, the mesh has nodes 0 to 74',
  );
});

test('indices from 1 are recognised and never shifted in silence', (t) => {
  const shifted = decode(carpText['heart.elem']).replace(/^Tt (\d+) (\d+) (\d+) (\d+)/gm, (_, ...nodes: string[]) =>
    ['Tt', ...nodes.slice(0, 4).map((node) => Number(node) + 1)].join(' '),
  );
  t.regex(refusal({ ...carpText, 'heart.elem': encode(shifted) }), /refers to node 75.*looks 1-based/);
  const vtk = decode(vtkText(block())).replace(/^4 (\d+) (\d+) (\d+) (\d+)$/gm, (_, ...nodes: string[]) =>
    ['4', ...nodes.slice(0, 4).map((node) => Number(node) + 1)].join(' '),
  );
  t.regex(refusal({ 'heart.vtk': encode(vtk) }), /refers to node 75.*looks 1-based/);
});

test('an element that is no tetrahedron is named with its type and line', (t) => {
  const lines = decode(carpText['heart.elem']).split('\n');
  lines[5] = 'Hx 0 1 2 3 4 5 6 7 1';
  t.regex(
    refusal({ ...carpText, 'heart.elem': encode(lines.join('\n')) }),
    /^heart\.elem: line 6: element 4 is of type "Hx"/,
  );
  const vtk = decode(vtkText(block())).replace(/(CELL_TYPES \d+\n10\n)10/, '$112');
  t.regex(refusal({ 'heart.vtk': encode(vtk) }), /cell 1 is of type 12 \(hexahedron\)/);
});

test('a header that promises more than the bytes can hold is refused before anything is allocated', (t) => {
  const giant = (bytes: Uint8Array, from: RegExp, to: string): Uint8Array =>
    Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1');
  const files = [
    { ...carpText, 'heart.pts': giant(carpText['heart.pts'] as Uint8Array, /^\d+/, '999999999999') },
    { ...carpText, 'heart.elem': giant(carpText['heart.elem'] as Uint8Array, /^\d+/, '999999999999') },
    { 'heart.vtk': giant(vtkText(block()), /POINTS \d+/, 'POINTS 999999999999') },
    { 'heart.vtk': giant(vtkOffsets(block()), /CELLS \d+/, 'CELLS 999999999999') },
    { 'heart.vtu': giant(writeVtu(block()), /NumberOfPoints="\d+"/, 'NumberOfPoints="999999999999"') },
    { 'heart.vtu': giant(writeVtu(block()), /(Name="region" NumberOfComponents)="1"/, '$1="99999999999"') },
    { 'heart.msh': giant(gmsh2Text(block()), /\$Nodes\n\d+/, '$$Nodes\n999999999999') },
  ];
  for (const file of files) t.regex(refusal(file), /promises|has .* bytes by its header/);
});

test('a .lon may have a header or none, and one vector or two', (t) => {
  const { 'heart.lon': lon, ...rest } = carpText;
  const rows = decode(lon).split('\n').slice(1);
  const bare = readFiles({ ...rest, 'heart.lon': encode(rows.join('\n')) });
  const two = readFiles({ ...rest, 'heart.lon': encode(`2\n${rows.map((row) => row && `${row} 0 0 1`).join('\n')}`) });
  const bareTwo = readFiles({ ...rest, 'heart.lon': encode(rows.map((row) => row && `${row} 0 0 1`).join('\n')) });
  t.deepEqual(bare.fibres, readFiles(carpText).fibres);
  t.deepEqual(two.fibres, bare.fibres);
  t.deepEqual(two.cellData.sheet?.values.slice(0, 3), Float64Array.of(0, 0, 1));
  t.deepEqual(bareTwo, two);
});

test('a mesh without .lon has no fibres, and one with too few is refused by both counts', (t) => {
  const { 'heart.lon': lon, ...rest } = carpText;
  t.is(readFiles(rest).fibres, undefined);
  const few = decode(lon).split('\n').slice(0, 11).join('\n');
  t.is(refusal({ ...rest, 'heart.lon': encode(few) }), 'heart.lon: 10 fibres for 192 elements');
});

test('a DOCTYPE is refused before an entity could be resolved', (t) => {
  const vtu = decode(vtuAs({ encoding: 'ascii', isLittle: true, isWide: false, isCompressed: false })(block()));
  const hostile = vtu
    .replace('?>', '?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>')
    .replace('Name="region"', 'Name="&secret;"');
  t.regex(refusal({ 'heart.vtu': encode(hostile) }), /DOCTYPE was refused/);
  t.regex(refusal({ 'heart.vtu': encode(vtu.replace('Name="region"', 'Name="&secret;"')) }), /not well-formed XML/);
});

test('content that is not what the ending says is named', (t) => {
  const refuse = (name: string, bytes: Uint8Array): string => refusal({ [name]: bytes });
  t.is(
    refuse('heart.vtu', vtkText(block())),
    'heart.vtu: the ending says VTU, the content is a VTK legacy file; rename it to .vtk',
  );
  t.regex(refuse('heart.vtk', Uint8Array.of(0x1f, 0x8b, 8, 0)), /the content is gzip-compressed/);
  t.regex(refuse('heart.obj', encode('v 0 0 0')), /is not read as a mesh; expected \.pts \(CARP\)/);
  t.regex(refuse('heart.elem', encode('0')), /name the \.pts file instead/);
  t.is(readMesh('heart', vtkText(block()), () => undefined).tets.length, block().tets.length);
});

test('fields on nodes and cells survive VTK and VTU', (t) => {
  const mesh = block();
  const activation = { components: 1, values: Float64Array.from({ length: 75 }, (_, node) => node / 7) };
  const sheet = { components: 3, values: Float32Array.from({ length: 576 }, (_, i) => i) };
  const contents = { ...mesh, pointData: { 'activation_ms & more': activation }, cellData: { sheet } };
  for (const [name, bytes] of [
    ['a.vtk', writeVtk(contents)],
    ['a.vtu', writeVtu(contents)],
    ['a.vtu', writeVtu(contents, 'inline')],
  ] as const) {
    const read = readFiles({ [name]: bytes });
    t.deepEqual(read.pointData['activation_ms & more'], activation);
    t.deepEqual(read.cellData.sheet, { components: 3, values: Float64Array.from(sheet.values) });
  }
});
