import { zlibSync } from 'fflate';
import { encodeBase64 } from './base64.ts';
import type { MeshContents, WritableField } from './meshContents.ts';
import { VTK_TETRA } from './meshFields.ts';

/** Bytes compressed at a time; VTK's own default, which readers can take in parallel. */
const BLOCK = 1 << 15;

/** How arrays stand in the file: `appended` raw behind the XML (smallest), or `inline` as base64 (readable by every XML tool). */
export type VtuLayout = 'appended' | 'inline';

/**
 * Writes a VTU file, zlib-compressed, little-endian, with 64-bit headers; the same mesh gives the same bytes. Tags become the cell array `region`,
 * fibres `fibre`; coordinates are in mm.
 */
export function writeVtu(mesh: MeshContents, layout: VtuLayout = 'appended'): Uint8Array {
  const { points, tets, tags, fibres } = mesh;
  const nodes = points.length / 3;
  const cells = tets.length / 4;
  const appended: Uint8Array[] = [];
  let offset = 0;
  const array = (name: string, { components, values }: WritableField): string => {
    const packed = compress(values);
    const head = `<DataArray type="${typeName(values)}" Name="${escapeXml(name)}" NumberOfComponents="${components}"`;
    if (layout === 'inline') {
      return `${head} format="binary">${encodeBase64(packed.header)}${encodeBase64(packed.body)}</DataArray>\n`;
    }
    const tag = `${head} format="appended" offset="${offset}"/>\n`;
    appended.push(packed.header, packed.body);
    offset += packed.header.length + packed.body.length;
    return tag;
  };
  const cellData: Record<string, WritableField> = { ...mesh.cellData };
  if (tags) cellData.region = { components: 1, values: tags };
  if (fibres) cellData.fibre = { components: 3, values: fibres };
  const arrays = (fields: Readonly<Record<string, WritableField>>): string =>
    Object.entries(fields)
      .map(([name, field]) => array(name, field))
      .join('');
  const ends = Int32Array.from({ length: cells }, (_, cell) => (cell + 1) * 4);
  const head = [
    '<?xml version="1.0"?>\n',
    '<VTKFile type="UnstructuredGrid" version="1.0" byte_order="LittleEndian" header_type="UInt64" compressor="vtkZLibDataCompressor">\n',
    `<UnstructuredGrid>\n<Piece NumberOfPoints="${nodes}" NumberOfCells="${cells}">\n`,
    `<PointData>\n${arrays(mesh.pointData ?? {})}</PointData>\n<CellData>\n${arrays(cellData)}</CellData>\n`,
    `<Points>\n${array('Points', { components: 3, values: points })}</Points>\n<Cells>\n`,
    array('connectivity', { components: 1, values: Int32Array.from(tets) }),
    array('offsets', { components: 1, values: ends }),
    array('types', { components: 1, values: new Uint8Array(cells).fill(VTK_TETRA) }),
    '</Cells>\n</Piece>\n</UnstructuredGrid>\n',
    layout === 'appended' ? '<AppendedData encoding="raw">\n_' : '</VTKFile>\n',
  ].join('');
  const tail = layout === 'appended' ? '\n</AppendedData>\n</VTKFile>\n' : '';
  return joinBytes([new TextEncoder().encode(head), ...appended, new TextEncoder().encode(tail)]);
}

function compress(values: WritableField['values']): { header: Uint8Array; body: Uint8Array } {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const blocks = Math.ceil(bytes.length / BLOCK);
  const packed = Array.from({ length: blocks }, (_, block) =>
    zlibSync(bytes.subarray(block * BLOCK, (block + 1) * BLOCK), { level: 6 }),
  );
  const words = [blocks, BLOCK, bytes.length % BLOCK, ...packed.map(({ length }) => length)];
  const header = new DataView(new ArrayBuffer(words.length * 8));
  words.forEach((word, index) => {
    header.setBigUint64(index * 8, BigInt(word), true);
  });
  return { header: new Uint8Array(header.buffer), body: joinBytes(packed) };
}

function typeName(values: WritableField['values']): string {
  if (values instanceof Float64Array) return 'Float64';
  if (values instanceof Float32Array) return 'Float32';
  if (values instanceof Int32Array) return 'Int32';
  return values instanceof Uint32Array ? 'UInt32' : 'UInt8';
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** Byte strings end to end. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
