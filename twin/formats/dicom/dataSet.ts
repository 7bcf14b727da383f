import dicomParser, { type ByteArrayParser, type DataSet, type Element } from 'dicom-parser';
import { TwinError } from '../../errors.ts';
import { badInput } from '../badInput.ts';

/** The elements of one level of a DICOM file, by tag as `x00080016`. */
export type Elements = DataSet['elements'];

/** A file's elements and how its numbers are stored. */
export interface DicomFile {
  readonly bytes: Uint8Array;
  readonly elements: Elements;
  readonly isLittleEndian: boolean;
}

const IMPLICIT = '1.2.840.10008.1.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const PIXELS = 'x7fe00010';
/** The group that says how the rest is stored lies within this. */
const META_BYTES = 65_536;
/** Two and more are read for each element: room for a day's beats, each marked at five places, and for nothing near the memory's size. */
const MOST_READS = 4_000_000;
/** Longer ones are no codes, numbers or labels. */
const LONGEST_TEXT = 256;

/**
 * Elements of a DICOM file up to its pixels, nested sequences included. Their number is bounded, and deflated files are refused: the parser would inflate
 * them without a limit.
 *
 * Source: DICOM PS3.5 and PS3.10.
 * @throws TwinError BadInput
 */
export function parseDicomFile(bytes: Uint8Array, file: string): DicomFile {
  let reads = 0;
  const counted = (parser: ByteArrayParser): ByteArrayParser => ({
    ...parser,
    readUint16: (array, position) => {
      if (++reads > MOST_READS)
        throw badInput(file, `holds more than ${MOST_READS / 4} DICOM elements; an ECG has a few thousand`);
      return parser.readUint16(array, position);
    },
  });
  try {
    const meta = dicomParser.readPart10Header(bytes.subarray(0, META_BYTES)) as DataSet & { readonly position: number };
    const syntax = textOf(bytes, meta.elements.x00020010) ?? '';
    if (syntax === DEFLATED)
      throw badInput(file, 'is a deflated DICOM file; store it uncompressed first, for example with dcmconv +te');
    const isLittleEndian = syntax !== BIG_ENDIAN;
    const parser = isLittleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
    const stream = new dicomParser.ByteStream(counted(parser), bytes, meta.position);
    const root = { elements: {}, warnings: [] as string[] } as unknown as DataSet; // All that the parser fills.
    const parse = syntax === IMPLICIT ? dicomParser.parseDicomDataSetImplicit : dicomParser.parseDicomDataSetExplicit;
    parse(root, stream, bytes.length, { untilTag: PIXELS });
    return { bytes, elements: root.elements, isLittleEndian };
  } catch (error) {
    if (error instanceof TwinError) throw error;
    // The parser throws texts and ranges of its own where lengths lead out of the file or sequences lie too deep.
    throw badInput(file, 'is no whole DICOM file: an element leads out of it; it was probably cut short while copied');
  }
}

/** Items of a sequence. */
export const itemsOf = (elements: Elements, tag: string): Elements[] =>
  (elements[tag]?.items ?? []).flatMap(({ dataSet }) => (dataSet ? [dataSet.elements] : []));

/** A short text, its first value; undefined where it is missing, empty or no short text. */
export function text({ bytes }: DicomFile, elements: Elements, tag: string): string | undefined {
  return textOf(bytes, elements[tag]);
}

function textOf(bytes: Uint8Array, element: Element | undefined): string | undefined {
  if (!element || element.length > LONGEST_TEXT || element.dataOffset + element.length > bytes.length) return undefined;
  const whole = String.fromCharCode(...bytes.subarray(element.dataOffset, element.dataOffset + element.length));
  const value = (whole.split('\\')[0] ?? '').replace(/\0.*$/s, '').trim();
  return value === '' ? undefined : value;
}

/** A decimal text as a number; undefined where there is none. */
export function decimal(file: DicomFile, elements: Elements, tag: string): number | undefined {
  const value = Number(text(file, elements, tag) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** A whole number of 2 or 4 bytes; undefined where there is none. */
export function unsigned(
  { bytes, isLittleEndian }: DicomFile,
  elements: Elements,
  tag: string,
  width: 2 | 4,
): number | undefined {
  const element = elements[tag];
  if (!element || element.length < width || element.dataOffset + width > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.dataOffset, width);
  return width === 2 ? view.getUint16(0, isLittleEndian) : view.getUint32(0, isLittleEndian);
}
