import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import type { ReadBeside } from '../../twin/formats/format.ts';
import { readLabelImage } from '../../twin/images/readLabelImage.ts';
import { gzip, nothingBeside, nrrdFile } from './imageWriters.ts';

const voxels = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]);
const frame = [
  'dimension: 3',
  'sizes: 2 2 2',
  'space: left-posterior-superior',
  'space directions: (1.5,0,0) (0,0,8) (0,2,0)',
  'space origin: (1,2,3)',
];
const header = (...more: readonly string[]): string[] => [...more, ...frame];
const read = (bytes: Uint8Array, beside: ReadBeside = nothingBeside) => readLabelImage('map.nrrd', bytes, beside);
const refusal = (bytes: Uint8Array, beside: ReadBeside = nothingBeside): string => {
  try {
    read(bytes, beside);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return error.message;
    throw error;
  }
  return 'was read';
};
const columns = [1.5, 0, 0, 1, 0, 0, 2, 2, 0, 8, 0, 3];

test('raw, gzip and ASCII hold the same map', (t) => {
  const text = new TextEncoder().encode([...voxels].join('\n'));
  for (const [encoding, data] of [
    ['raw', voxels],
    ['gzip', gzip(voxels)],
    ['ascii', text],
  ] as const) {
    const image = read(nrrdFile(header('type: uchar', `encoding: ${encoding}`), data));
    t.deepEqual([...image.labels], [...voxels], encoding);
    t.deepEqual([...image.affine], columns, encoding);
    t.deepEqual(image.findings, []);
  }
});

test('RAS and LAS are turned to LPS, micrometres to millimetres', (t) => {
  const at = (space: string, more: readonly string[] = [], factor = 1) => {
    const vector = (...parts: readonly number[]): string => `(${parts.map((part) => part * factor).join(',')})`;
    const lines = [
      'type: uint8',
      'encoding: raw',
      'dimension: 3',
      'sizes: 2 2 2',
      `space: ${space}`,
      `space directions: ${vector(1, 0, 0)} ${vector(0, 1, 0)} ${vector(0, 0, 1)}`,
      `space origin: ${vector(1, 2, 3)}`,
      ...more,
    ];
    return [...read(nrrdFile(lines, voxels)).affine];
  };
  t.deepEqual(at('right-anterior-superior'), [-1, 0, 0, -1, 0, -1, 0, -2, 0, 0, 1, 3]);
  t.deepEqual(at('LAS'), [1, 0, 0, 1, 0, -1, 0, -2, 0, 0, 1, 3]);
  t.deepEqual(at('LPS', ['space units: "um" "um" "um"'], 1000), [1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3]);
});

test('voxels of two bytes are read in the order that the header names', (t) => {
  const wide = (isLittle: boolean): Uint8Array => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    voxels.forEach((value, at) => void view.setUint16(2 * at, 100 * value, isLittle));
    return bytes;
  };
  const lines = (endian: string): string[] => header('type: unsigned short', 'encoding: raw', `endian: ${endian}`);
  for (const endian of ['little', 'big']) {
    const image = read(nrrdFile(lines(endian), wide(endian === 'little')));
    t.deepEqual(
      [...image.labels],
      [...voxels].map((value) => 100 * value),
    );
  }
});

test('names and labels of 3D Slicer’s segments come with the map', (t) => {
  const segments = [
    'Segment0_LabelValue:=2',
    'Segment0_Name:=LV blood',
    'Segment1_Name:=lost',
    'Segment2_LabelValue:=-4',
  ];
  const lines = ['type: uchar', 'encoding: raw', ...frame, ...segments];
  t.deepEqual(read(nrrdFile(lines, voxels)).names, { 2: 'LV blood' });
});

test('a layer axis of one is passed over, of more refused with what to do', (t) => {
  const layered = (layers: number): string[] => [
    'type: uchar',
    'encoding: raw',
    'dimension: 4',
    `sizes: ${layers} 2 2 2`,
    'space: left-posterior-superior',
    'space directions: none (1,0,0) (0,1,0) (0,0,1)',
    'space origin: (0,0,0)',
  ];
  t.deepEqual([...read(nrrdFile(layered(1), voxels)).labels], [...voxels]);
  t.regex(refusal(nrrdFile(layered(2), voxels)), /axis 1, which is none of the body's, is 2 long.*without overlap/);
});

test('a detached header finds its data beside it, skips lines and bytes, and never leaves its folder', (t) => {
  const data = new Uint8Array(20);
  data.set(new TextEncoder().encode('a line\n'));
  data.set(voxels, 12);
  const beside: ReadBeside = (name) => (name === 'map.raw' ? data : undefined);
  const lines = (file: string, ...more: readonly string[]): string[] =>
    header('type: uchar', 'encoding: raw', `data file: ${file}`, ...more);
  t.deepEqual([...read(nrrdFile(lines('./map.raw', 'line skip: 1', 'byte skip: 5')), beside).labels], [...voxels]);
  t.deepEqual([...read(nrrdFile(lines('map.raw', 'byte skip: -1')), beside).labels], [...voxels]);
  const never: ReadBeside = (name) => {
    throw new Error(`asked for ${name}`);
  };
  for (const file of ['../../etc/passwd', '/etc/passwd', 'a\\b', '..'])
    t.regex(refusal(nrrdFile(lines(file)), never), /does not lie beside the header/);
  t.regex(refusal(nrrdFile(lines('LIST')), never), /spread over several files/);
  t.regex(refusal(nrrdFile(lines('slice%03d.raw 1 9 1')), never), /spread over several files/);
  t.regex(refusal(nrrdFile(lines('other.raw')), beside), /there is no "other\.raw" beside it/);
});

test('a header without a space is taken along its axes with a warning', (t) => {
  const lines = ['type: uchar', 'encoding: raw', 'dimension: 3', 'sizes: 2 2 2', 'spacings: 1.5 2 8'];
  const image = read(nrrdFile(lines, voxels));
  t.deepEqual([...image.affine], [1.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, 8, 0]);
  t.deepEqual(
    image.findings.map(({ code }) => code),
    ['image-frame-missing'],
  );
});

test('what is missing or unknown in a header is named', (t) => {
  t.regex(refusal(nrrdFile(['type: uchar', ...frame], voxels)), /lacks the field "encoding"/);
  t.regex(refusal(nrrdFile(header('type: block', 'encoding: raw'), voxels)), /"type" is "block", expected one of/);
  t.regex(
    refusal(nrrdFile(header('type: uchar', 'encoding: bzip2'), voxels)),
    /"encoding" is "bzip2", expected one of raw, gzip/,
  );
  t.regex(refusal(nrrdFile(header('type: short', 'encoding: raw'), voxels)), /lacks the field "endian"/);
  t.regex(
    refusal(nrrdFile(header('type: uchar', 'encoding: raw'), voxels.subarray(2))),
    /promises 8 voxels, the file holds 6/,
  );
  t.regex(
    refusal(nrrdFile(header('type: uchar', 'encoding: ascii'), voxels)),
    /promises 8 voxels, the text has room for 4/,
  );
  const scanner = [...frame.filter((line) => !line.startsWith('space:')), 'space: scanner-xyz'];
  t.regex(refusal(nrrdFile(['type: uchar', 'encoding: raw', ...scanner], voxels)), /space is "scanner-xyz"/);
});

test('mutated files are read or refused in a sentence, never anything else', (t) => {
  const sound = nrrdFile(
    header('type: uchar', 'encoding: gzip', 'Segment0_LabelValue:=2', 'Segment0_Name:=x'),
    gzip(voxels),
  );
  const change = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(change, fc.nat(sound.length), (changes, cut) => {
      const bytes = Uint8Array.from(sound);
      for (const [at, value] of changes) bytes[at] = value;
      const message = refusal(cut % 4 === 0 ? bytes.subarray(0, cut) : bytes);
      t.true(message === 'was read' || /^\S+: /.test(message), message);
    }),
    { numRuns: 3000, seed: 7 },
  );
});
