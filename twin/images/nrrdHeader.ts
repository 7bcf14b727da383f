import type { Finding } from '../errors.ts';
import { latin1, quote } from '../formats/asciiScanner.ts';
import { badInput } from '../formats/badInput.ts';
import type { NumberType } from '../formats/numberType.ts';
import { type LengthUnit, mmPer } from '../units.ts';
import { checkFrame, checkSize, frameMissing } from './imageFrame.ts';

/** What a label map needs of an NRRD header. */
export interface NrrdHeader {
  readonly size: readonly [number, number, number];
  /** Voxel index → LPS, mm, [12] row-major */
  readonly affine: readonly number[];
  readonly type: NumberType;
  readonly isLittleEndian: boolean;
  readonly encoding: 'raw' | 'gzip' | 'ascii';
  /** File beside the header that holds the voxels; undefined where they follow the header */
  readonly dataFile: string | undefined;
  readonly lineSkip: number;
  /** Bytes before the voxels, after decompression; −1: they are the last of the file */
  readonly byteSkip: number;
  /** Where the header ends */
  readonly end: number;
  /** Names of labels that 3D Slicer writes */
  readonly names: Readonly<Record<number, string>>;
  readonly findings: readonly Finding[];
}

/** A header is text of some kilobytes; 3D Slicer's with a hundred segments has 100. */
const MOST_BYTES = 1 << 20;
const MOST_NAME = 64;

const TYPES: Readonly<Record<string, NumberType>> = Object.fromEntries(
  (
    [
      ['int8', 'signed char,int8,int8_t'],
      ['uint8', 'uchar,unsigned char,uint8,uint8_t'],
      ['int16', 'short,short int,signed short,signed short int,int16,int16_t'],
      ['uint16', 'ushort,unsigned short,unsigned short int,uint16,uint16_t'],
      ['int32', 'int,signed int,int32,int32_t'],
      ['uint32', 'uint,unsigned int,uint32,uint32_t'],
      ['int64', 'longlong,long long,long long int,signed long long,signed long long int,int64,int64_t'],
      ['uint64', 'ulonglong,unsigned long long,unsigned long long int,uint64,uint64_t'],
      ['float32', 'float'],
      ['float64', 'double'],
    ] as const
  ).flatMap(([type, names]) => names.split(',').map((name) => [name, type])),
);

/** Signs that turn a space's x and y into LPS. */
const SPACES: Readonly<Record<string, readonly [number, number]>> = {
  lps: [1, 1],
  'left-posterior-superior': [1, 1],
  ras: [-1, -1],
  'right-anterior-superior': [-1, -1],
  las: [1, -1],
  'left-anterior-superior': [1, -1],
};

const ENCODINGS: Readonly<Record<string, NrrdHeader['encoding']>> = {
  raw: 'raw',
  gzip: 'gzip',
  gz: 'gzip',
  ascii: 'ascii',
  text: 'ascii',
  txt: 'ascii',
};

const LENGTH_UNITS: Readonly<Record<string, LengthUnit>> = {
  mm: 'mm',
  millimeter: 'mm',
  millimeters: 'mm',
  um: 'um',
  µm: 'um',
  micron: 'um',
  microns: 'um',
  cm: 'cm',
  m: 'm',
};

/**
 * Reads an NRRD header (G. Kindlmann, definition of the NRRD file format, Teem). The spaces LPS, RAS and LAS are known; axes are found by `space directions`. A header without
 * a space says only how large its voxels are: its axes are then taken as left, back and head, with a finding.
 *
 * @throws TwinError BadInput with the field, what it holds and what it should
 */
export function readNrrdHeader(bytes: Uint8Array, fileName: string): NrrdHeader {
  const { fields, names, end } = splitFields(bytes, fileName);
  const field = (name: string): string => {
    const text = fields.get(name);
    if (text === undefined) throw badInput(fileName, `the NRRD header lacks the field "${name}"; it is damaged`);
    return text;
  };
  const choose = <Value>(name: string, of: Readonly<Record<string, Value>>): Value => {
    const text = field(name).toLowerCase();
    const value = Object.hasOwn(of, text) ? of[text] : undefined;
    if (value === undefined)
      throw badInput(
        fileName,
        `"${name}" is ${quote(text)}, expected one of ${[...new Set(Object.keys(of))].join(', ')}; save the label map again that way`,
      );
    return value;
  };
  const type = choose('type', TYPES);
  const encoding = choose('encoding', ENCODINGS);
  const sizes = words(field('sizes')).map(Number);
  const dimension = Number(field('dimension'));
  if (sizes.length !== dimension || dimension > 16)
    throw badInput(
      fileName,
      `the NRRD header gives ${sizes.length} sizes and a dimension of ${dimension}; it is damaged`,
    );
  const axes = sizes.flatMap((size, axis) => (isSpatial(size, axis, sizes, fields, fileName) ? [axis] : []));
  const width = type.replace(/\D+/, '');
  const { affine, hasFrame } = frameOf(fields, axes, fileName);
  return {
    size: checkSize(
      axes.map((axis) => sizes[axis]),
      fileName,
    ),
    affine: checkFrame(affine, fileName),
    type,
    isLittleEndian: width === '8' || encoding === 'ascii' || choose('endian', { little: true, big: false }),
    encoding,
    dataFile: dataFileOf(fields.get('data file') ?? fields.get('datafile'), fileName),
    lineSkip: skipOf(fields.get('line skip') ?? fields.get('lineskip'), 0, 'line skip', fileName),
    byteSkip: skipOf(fields.get('byte skip') ?? fields.get('byteskip'), -1, 'byte skip', fileName),
    end,
    names,
    findings: hasFrame ? [] : [frameMissing(fileName, 'left, back and head')],
  };
}

function splitFields(bytes: Uint8Array, fileName: string) {
  const text = latin1(bytes, 0, Math.min(bytes.length, MOST_BYTES));
  if (!/^NRRD000[1-9]\r?\n/.test(text))
    throw badInput(fileName, 'the first line is not NRRD0001 to NRRD0009; not an NRRD file');
  const fields = new Map<string, string>();
  const segments = new Map<string, { label?: number; name?: string }>();
  let at = text.indexOf('\n') + 1;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const stop = newline < 0 ? text.length : newline;
    const line = text.slice(at, stop).replace(/\r$/, '');
    at = stop + 1;
    if (line === '') return { fields, names: namesOf(segments), end: at };
    const field = /^([A-Za-z][A-Za-z ]*): (.*)$/.exec(line);
    if (field) fields.set(field[1].trim().toLowerCase(), field[2].trim());
    const segment = /^(Segment\d{1,5})_(LabelValue|Name):=(.*)$/.exec(line);
    if (!segment) continue;
    const entry = segments.get(segment[1]) ?? {};
    if (segment[2] === 'Name') entry.name = segment[3].slice(0, MOST_NAME);
    else entry.label = Number(segment[3]);
    segments.set(segment[1], entry);
  }
  if (bytes.length > MOST_BYTES)
    throw badInput(fileName, 'the NRRD header does not end within its first MiB; the file is damaged');
  return { fields, names: namesOf(segments), end: bytes.length };
}

function namesOf(segments: ReadonlyMap<string, { label?: number; name?: string }>): Record<number, string> {
  const names: Record<number, string> = {};
  for (const { label, name } of segments.values()) {
    if (label === undefined || name === undefined || !Number.isInteger(label) || label < 1 || label > 65_535) continue;
    names[label] = names[label] === undefined ? name : `${names[label]} + ${name}`.slice(0, MOST_NAME);
  }
  return names;
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Axes of the body; an axis beside them (3D Slicer's layers) may only be one long. */
function isSpatial(
  size: number,
  axis: number,
  sizes: readonly number[],
  fields: ReadonlyMap<string, string>,
  fileName: string,
): boolean {
  const directions = fields.get('space directions');
  const isBody = directions ? vectors(directions)[axis] !== 'none' : axis < 3;
  if (!isBody && size !== 1)
    throw badInput(
      fileName,
      `the map has ${sizes.length} axes, and axis ${axis + 1}, which is none of the body's, is ${size} long, expected 1; overlapping segments or several phases: export one label map of one phase without overlap`,
    );
  return isBody;
}

/** `none` and `(x,y,z)` in their order. */
const vectors = (text: string): string[] => text.match(/none|\([^()]*\)/g) ?? [];

const numbersOf = (vector: string | undefined): number[] =>
  (vector ?? '')
    .replace(/[()]/g, '')
    .split(',')
    .map((number) => (number.trim() === '' ? Number.NaN : Number(number)));

function frameOf(fields: ReadonlyMap<string, string>, axes: readonly number[], fileName: string) {
  const space = fields.get('space')?.toLowerCase();
  const directions = fields.get('space directions');
  if (space !== undefined && !Object.hasOwn(SPACES, space))
    throw badInput(
      fileName,
      `the space is ${quote(space)}, expected left-posterior-superior, right-anterior-superior or left-anterior-superior; save the label map in the patient's space`,
    );
  if (directions === undefined) {
    const spacings = words(fields.get('spacings') ?? '').map(Number);
    const edges = axes.map((axis) => spacings[axis]);
    if (edges.length !== 3 || !edges.every((edge) => edge > 0))
      throw badInput(
        fileName,
        'there are neither space directions nor spacings for three axes, so that the voxels have no size; save the label map with them',
      );
    const [i, j, k] = edges;
    return { affine: [i, 0, 0, 0, 0, j, 0, 0, 0, 0, k, 0], hasFrame: false };
  }
  const all = vectors(directions);
  const columns = axes.map((axis) => numbersOf(all[axis]));
  const origin = numbersOf(fields.get('space origin') ?? '(0,0,0)');
  if (
    columns.length !== 3 ||
    ![...columns, origin].every((vector) => vector.length === 3 && vector.every(Number.isFinite))
  )
    throw badInput(
      fileName,
      '"space directions" and "space origin" are not three and one vectors of three finite numbers; the header is damaged',
    );
  const [signX, signY] = SPACES[space ?? 'lps'] ?? [1, 1];
  const mm = unitsOf(fields.get('space units'), fileName);
  const signs = [signX, signY, 1];
  const affine = signs.flatMap((sign, row) =>
    [...columns, origin].map((vector) => (vector[row] === 0 ? 0 : sign * mm[row] * vector[row])),
  );
  return { affine, hasFrame: space !== undefined };
}

function unitsOf(text: string | undefined, fileName: string): number[] {
  const units = text?.match(/"[^"]*"|\S+/g)?.map((unit) => unit.replaceAll('"', '').toLowerCase()) ?? [];
  return [0, 1, 2].map((axis) => {
    const unit = units[axis] ?? '';
    if (unit === '' || unit === '???') return 1;
    if (!Object.hasOwn(LENGTH_UNITS, unit))
      throw badInput(fileName, `the unit of length is ${quote(unit)}, expected mm, um, cm or m`);
    return mmPer[LENGTH_UNITS[unit] ?? 'mm'];
  });
}

/** Only a file beside the header: a name with a folder is refused before anything is opened. */
function dataFileOf(text: string | undefined, fileName: string): string | undefined {
  if (text === undefined) return undefined;
  const name = text.replace(/^\.\//, '');
  if (/^LIST\b/.test(name) || /%\d*d/.test(name))
    throw badInput(fileName, 'the voxels are spread over several files; save the label map as one file');
  if (/[/\\]|^\.\.?$|\0/.test(name) || name === '')
    throw badInput(fileName, `the data file ${quote(name)} does not lie beside the header; put both into one folder`);
  return name;
}

function skipOf(text: string | undefined, least: number, what: string, fileName: string): number {
  const skip = Number(text ?? 0);
  if (Number.isSafeInteger(skip) && skip >= least) return skip;
  throw badInput(
    fileName,
    `"${what}" is ${quote(text ?? '')}, expected a whole number from ${least} on; the header is damaged`,
  );
}
