import type { MeshContents, WritableField } from './meshContents.ts';
import { VTK_TETRA } from './meshFields.ts';
import { joinBytes } from './vtuWrite.ts';

/**
 * Writes a VTK legacy file, binary, version 3.0, which every reader of the format takes. Tags become the cell array `region`, fibres `fibre`;
 * coordinates are in mm.
 */
export function writeVtk(mesh: MeshContents): Uint8Array {
  const { points, tets, tags, fibres } = mesh;
  const nodes = points.length / 3;
  const cells = tets.length / 4;
  const parts: Uint8Array[] = [];
  const text = (line: string): void => {
    parts.push(new TextEncoder().encode(line));
  };
  const list = new Int32Array(cells * 5);
  for (let cell = 0; cell < cells; cell++) {
    list[cell * 5] = 4;
    for (let corner = 0; corner < 4; corner++) list[cell * 5 + 1 + corner] = tets[cell * 4 + corner] as number;
  }
  text('# vtk DataFile Version 3.0\nTwinfold mesh, mm\nBINARY\nDATASET UNSTRUCTURED_GRID\n');
  text(`POINTS ${nodes} double\n`);
  parts.push(bigEndian(points));
  text(`\nCELLS ${cells} ${cells * 5}\n`);
  parts.push(bigEndian(list));
  text(`\nCELL_TYPES ${cells}\n`);
  parts.push(bigEndian(new Int32Array(cells).fill(VTK_TETRA)));
  const cellData: Record<string, WritableField> = { ...mesh.cellData };
  if (tags) cellData.region = { components: 1, values: tags };
  if (fibres) cellData.fibre = { components: 3, values: fibres };
  const fields = (section: string, items: number, data: Readonly<Record<string, WritableField>>): void => {
    const entries = Object.entries(data);
    if (entries.length === 0) return;
    text(`\n${section} ${items}\nFIELD FieldData ${entries.length}\n`);
    for (const [name, { components, values }] of entries) {
      text(`${encodeURIComponent(name)} ${components} ${items} ${typeName(values)}\n`);
      parts.push(bigEndian(values));
      text('\n');
    }
  };
  fields('POINT_DATA', nodes, mesh.pointData ?? {});
  fields('CELL_DATA', cells, cellData);
  return joinBytes(parts);
}

function typeName(values: WritableField['values']): string {
  if (values instanceof Float64Array) return 'double';
  if (values instanceof Float32Array) return 'float';
  if (values instanceof Int32Array) return 'int';
  return values instanceof Uint32Array ? 'unsigned_int' : 'unsigned_char';
}

function bigEndian(values: WritableField['values']): Uint8Array {
  const width = values.BYTES_PER_ELEMENT;
  const out = new DataView(new ArrayBuffer(values.length * width));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (values instanceof Float64Array) out.setFloat64(i * width, value);
    else if (values instanceof Float32Array) out.setFloat32(i * width, value);
    else if (width === 4) out.setUint32(i * width, value >>> 0);
    else out.setUint8(i, value);
  }
  return new Uint8Array(out.buffer);
}
