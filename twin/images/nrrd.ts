import { AsciiScanner, quote } from '../formats/asciiScanner.ts';
import { badInput } from '../formats/badInput.ts';
import type { ReadBeside } from '../formats/format.ts';
import { gunzipBounded } from '../formats/gunzip.ts';
import { BYTES_PER } from '../formats/numberType.ts';
import type { LabelImage } from './labelImage.ts';
import { type NrrdHeader, readNrrdHeader } from './nrrdHeader.ts';
import { labelsOf } from './voxelLabels.ts';

const NEWLINE = 10;

/**
 * Label maps as NRRD: `.nrrd`, `.seg.nrrd` of 3D Slicer, or `.nhdr` with its data file beside it; raw, gzip and ASCII.
 *
 * @throws TwinError BadInput with the field, what it holds and what it should
 */
export function readNrrd(bytes: Uint8Array, fileName: string, beside: ReadBeside): LabelImage {
  const header = readNrrdHeader(bytes, fileName);
  const { name, content } = findData(header, bytes, fileName, beside);
  const [ni, nj, nk] = header.size;
  const count = ni * nj * nk;
  const voxels = voxelBytes(header, content, count, name);
  const { labels, findings } = labelsOf(
    {
      ...voxels,
      count,
      type: header.encoding === 'ascii' ? 'float64' : header.type,
      isLittleEndian: header.isLittleEndian,
      slope: 1,
      intercept: 0,
    },
    name,
  );
  return {
    size: header.size,
    labels,
    affine: header.affine,
    ...(Object.keys(header.names).length > 0 ? { names: header.names } : {}),
    findings: [...header.findings, ...findings],
  };
}

function findData({ dataFile, end }: NrrdHeader, bytes: Uint8Array, fileName: string, beside: ReadBeside) {
  if (dataFile === undefined) return { name: fileName, content: bytes.subarray(end) };
  const content = beside(dataFile);
  if (!content)
    throw badInput(
      fileName,
      `there is no ${quote(dataFile)} beside it, which holds the voxels of this header; copy both files`,
    );
  return { name: dataFile, content };
}

function voxelBytes(
  { encoding, type, lineSkip, byteSkip }: NrrdHeader,
  content: Uint8Array,
  count: number,
  name: string,
): { bytes: Uint8Array; offset: number } {
  let at = 0;
  for (let line = 0; line < lineSkip; line++) {
    const newline = content.indexOf(NEWLINE, at);
    if (newline < 0)
      throw badInput(name, `the header skips ${lineSkip} lines, the file has ${line}; it was probably cut short`);
    at = newline + 1;
  }
  const rest = content.subarray(at);
  if (encoding === 'ascii') return { bytes: numbersAsBytes(rest, count, name), offset: 0 };
  const bytes = encoding === 'gzip' ? gunzipBounded(rest, name) : rest;
  const offset = byteSkip === -1 ? bytes.length - count * BYTES_PER[type] : byteSkip;
  if (offset < 0)
    throw badInput(
      name,
      `the header promises ${count} voxels of ${BYTES_PER[type]} bytes, the file holds ${bytes.length} bytes; it was probably cut short while copied`,
    );
  return { bytes, offset };
}

/** Numbers as text become doubles, least byte first. A number needs a digit and a blank, so the text bounds how many there can be. */
function numbersAsBytes(text: Uint8Array, count: number, name: string): Uint8Array {
  if (count > (text.length + 1) / 2)
    throw badInput(
      name,
      `the header promises ${count} voxels, the text has room for ${Math.floor((text.length + 1) / 2)}; it was probably cut short`,
    );
  const bytes = new Uint8Array(8 * count);
  const view = new DataView(bytes.buffer);
  const scanner = new AsciiScanner(text, name);
  for (let voxel = 0; voxel < count; voxel++) {
    scanner.skipSpace();
    view.setFloat64(8 * voxel, scanner.number(), true);
  }
  return bytes;
}
