import { zlibSync } from 'fflate';
import type { Block } from '../mesh/block.ts';

/** Other people's ways to write meshes, made by hand from the formats' descriptions: independent of the product's writers. */

const text = (lines: readonly (string | number)[]): Uint8Array => new TextEncoder().encode(`${lines.join('\n')}\n`);
const rows = (values: ArrayLike<number>, width: number): string[] =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from({ length: width }, (_, i) => values[row * width + i] as number).join(' '),
  );

export function join(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))));
}

type Kind = 'i16' | 'i32' | 'i64' | 'f64' | 'u8' | 'u32';
const WIDTH: Readonly<Record<Kind, number>> = { i16: 2, i32: 4, i64: 8, f64: 8, u8: 1, u32: 4 };

export function pack(values: ArrayLike<number>, kind: Kind, isLittle: boolean): Uint8Array {
  const out = new DataView(new ArrayBuffer(values.length * WIDTH[kind]));
  Array.from(values).forEach((value, i) => {
    const at = i * WIDTH[kind];
    if (kind === 'f64') out.setFloat64(at, value, isLittle);
    else if (kind === 'i64') out.setBigInt64(at, BigInt(value), isLittle);
    else if (kind === 'i16') out.setInt16(at, value, isLittle);
    else if (kind === 'u8') out.setUint8(at, value);
    else if (kind === 'u32') out.setUint32(at, value, isLittle);
    else out.setInt32(at, value, isLittle);
  });
  return new Uint8Array(out.buffer);
}

export function vtkText({ points, tets, tags, fibres }: Block): Uint8Array {
  const cells = tags.length;
  return text([
    '# vtk DataFile Version 3.0\nby hand\nASCII\nDATASET UNSTRUCTURED_GRID',
    `POINTS ${points.length / 3} double`,
    ...rows(points, 3),
    `CELLS ${cells} ${cells * 5}`,
    ...rows(tets, 4).map((row) => `4 ${row}`),
    `CELL_TYPES ${cells}`,
    ...Array.from({ length: cells }, () => 10),
    `CELL_DATA ${cells}\nSCALARS elemTag int 1\nLOOKUP_TABLE default`,
    ...tags,
    'VECTORS fiber double',
    ...rows(fibres, 3),
  ]);
}

/** Version 5.1: offsets and connectivity, metadata between the sections. */
export function vtkOffsets({ points, tets, tags, fibres }: Block): Uint8Array {
  const cells = tags.length;
  const offsets = Array.from({ length: cells + 1 }, (_, cell) => cell * 4);
  return join(
    `# vtk DataFile Version 5.1\nby hand\nBINARY\nDATASET UNSTRUCTURED_GRID\nPOINTS ${points.length / 3} double\n`,
    pack(points, 'f64', false),
    '\nMETADATA\nINFORMATION 1\nNAME L2_NORM_RANGE LOCATION vtkDataArray\nDATA 2 0 1\n\n',
    `CELLS ${cells + 1} ${cells * 4}\nOFFSETS vtktypeint64\n`,
    pack(offsets, 'i64', false),
    '\nCONNECTIVITY vtktypeint64\n',
    pack(tets, 'i64', false),
    `\nCELL_TYPES ${cells}\n`,
    pack(new Array(cells).fill(10), 'i32', false),
    `\nCELL_DATA ${cells}\nFIELD FieldData 2\nMaterial 1 ${cells} int\n`,
    pack(tags, 'i32', false),
    `\nf0 3 ${cells} double\n`,
    pack(fibres, 'f64', false),
    '\n',
  );
}

export interface VtuStyle {
  readonly encoding: 'ascii' | 'inline' | 'appended-base64' | 'appended-raw';
  readonly isLittle: boolean;
  readonly isWide: boolean;
  readonly isCompressed: boolean;
}

export function vtuAs(style: VtuStyle): (mesh: Block) => Uint8Array {
  return ({ points, tets, tags, fibres }) => {
    const { encoding, isLittle, isCompressed } = style;
    const appended: Uint8Array[] = [];
    let offset = 0;
    const word = (values: readonly number[]): Uint8Array => pack(values, style.isWide ? 'i64' : 'u32', isLittle);
    const packed = (bytes: Uint8Array): readonly [Uint8Array, Uint8Array] => {
      if (!isCompressed) return [word([bytes.length]), bytes];
      const half = Math.ceil(bytes.length / 2);
      const parts = [zlibSync(bytes.subarray(0, half)), zlibSync(bytes.subarray(half))];
      return [
        word([2, half, bytes.length - half === half ? 0 : bytes.length - half, ...parts.map(({ length }) => length)]),
        join(...parts),
      ];
    };
    const array = (name: string, type: string, kind: Kind, values: ArrayLike<number>, components: number): string => {
      const head = `<DataArray type="${type}" Name="${name}" NumberOfComponents="${components}"`;
      const key =
        '<InformationKey name="L2_NORM_RANGE" location="vtkDataArray" length="1"><Value index="0">7</Value></InformationKey>';
      if (encoding === 'ascii')
        return `${head} format="ascii">${rows(values, components).join('\n')} ${key}</DataArray>`;
      const [header, body] = packed(pack(values, kind, isLittle));
      if (encoding === 'inline') {
        // Compressed: header and data each in base64 of their own; plain: one piece.
        const pieces = isCompressed ? [header, body] : [join(header, body)];
        const base64 = pieces.map((piece) => Buffer.from(piece).toString('base64')).join('');
        return `${head} format="binary">\n  ${base64}\n  ${key}</DataArray>`;
      }
      const piece =
        encoding === 'appended-raw'
          ? join(header, body)
          : join(...[header, body].map((part) => Buffer.from(part).toString('base64')));
      const tag = `${head} format="appended" offset="${offset}">${key}</DataArray>`;
      appended.push(piece);
      offset += piece.length;
      return tag;
    };
    const ends = Array.from(tags, (_, cell) => (cell + 1) * 4);
    const data = join(...appended);
    const grid = [
      `<VTKFile type="UnstructuredGrid" version="1.0" byte_order="${isLittle ? 'Little' : 'Big'}Endian" header_type="${style.isWide ? 'UInt64' : 'UInt32'}"${isCompressed ? ' compressor="vtkZLibDataCompressor"' : ''}>`,
      `<UnstructuredGrid><Piece NumberOfPoints="${points.length / 3}" NumberOfCells="${tags.length}">`,
      `<CellData>${array('region', 'Int32', 'i32', tags, 1)}${array('Fibres', 'Float64', 'f64', fibres, 3)}</CellData>`,
      `<Points>${array('p', 'Float64', 'f64', points, 3)}</Points>`,
      `<Cells>${array('connectivity', 'Int64', 'i64', tets, 1)}${array('offsets', 'Int32', 'i32', ends, 1)}${array('types', 'UInt8', 'u8', new Array(tags.length).fill(10), 1)}</Cells>`,
      '</Piece></UnstructuredGrid>',
    ].join('\n');
    if (!encoding.startsWith('appended')) return join('<?xml version="1.0"?>\n', grid, data, '</VTKFile>\n');
    const kind = encoding === 'appended-raw' ? 'raw' : 'base64';
    return join(
      '<?xml version="1.0"?>\n',
      grid,
      `<AppendedData encoding="${kind}">\n_`,
      ...appended,
      '\n</AppendedData></VTKFile>\n',
    );
  };
}

/** Node numbers from 1 with gaps, a marked boundary triangle before the tetrahedra, fibres as element data. */
export function gmsh2Text({ points, tets, tags, fibres }: Block): Uint8Array {
  return text([
    '$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n1\n3 1 "lv"\n$EndPhysicalNames\n$Nodes',
    points.length / 3,
    ...rows(points, 3).map((row, node) => `${node * 2 + 1} ${row}`),
    `$EndNodes\n$Elements\n${tags.length + 1}\n1 2 2 9 1 1 3 5`,
    ...rows(tets, 4).map((row, tet) => {
      const nodes = row.split(' ').map((node) => Number(node) * 2 + 1);
      return `${tet + 2} 4 2 ${tags[tet]} 1 ${nodes.join(' ')}`;
    }),
    `$EndElements\n$ElementData\n1\n"fibre"\n1\n0\n3\n0\n3\n${tags.length}`,
    ...rows(fibres, 3).map((row, tet) => `${tet + 2} ${row}`),
    '$EndElementData',
  ]);
}

export function gmsh2Binary({ points, tets, tags, fibres }: Block): Uint8Array {
  const nodes = Array.from({ length: points.length / 3 }, (_, node) =>
    join(pack([node + 1], 'i32', true), pack(points.subarray(node * 3, node * 3 + 3), 'f64', true)),
  );
  const elements = Array.from(tags, (tag, tet) =>
    pack([tet + 2, tag, 1, ...tets.subarray(tet * 4, tet * 4 + 4).map((node) => node + 1)], 'i32', true),
  );
  const data = Array.from(tags, (_, tet) =>
    join(pack([tet + 2], 'i32', true), pack(fibres.subarray(tet * 3, tet * 3 + 3), 'f64', true)),
  );
  return join(
    '$MeshFormat\n2.2 1 8\n',
    pack([1], 'i32', true),
    `\n$EndMeshFormat\n$Nodes\n${nodes.length}\n`,
    ...nodes,
    `\n$EndNodes\n$Elements\n${tags.length + 1}\n`,
    pack([2, 1, 2, 1, 9, 1, 1, 2, 3], 'i32', true),
    pack([4, tags.length, 2], 'i32', true),
    ...elements,
    `\n$EndElements\n$ElementData\n1\n"fibre"\n1\n0\n3\n0\n3\n${tags.length}\n`,
    ...data,
    '\n$EndElementData\n',
  );
}

/** Version 4.1, text or bytes: one volume a tag, whose physical tag stands among the entities; a parametric node block. */
export function gmsh4As(isBinary: boolean): (mesh: Block) => Uint8Array {
  return ({ points, tets, tags, fibres }) => {
    const parts: (string | Uint8Array)[] = [];
    const put = (kind: Kind, values: ArrayLike<number>): void => {
      parts.push(isBinary ? pack(values, kind, true) : `${Array.from(values).join(' ')}\n`);
    };
    const line = (content: string): void => {
      parts.push(`${isBinary && parts.at(-1) instanceof Uint8Array ? '\n' : ''}${content}\n`);
    };
    line(`$MeshFormat\n4.1 ${isBinary ? 1 : 0} 8`);
    if (isBinary) parts.push(pack([1], 'i32', true));
    line('$EndMeshFormat\n$Entities');
    put('i64', [1, 0, 0, 2]);
    put('i32', [1]);
    put('f64', [0, 0, 0]);
    put('i64', [0]);
    for (const volume of [11, 12]) {
      put('i32', [volume]);
      put('f64', [0, 0, 0, 1, 1, 1]);
      put('i64', [1]);
      put('i32', [volume - 10]);
      put('i64', [0]);
    }
    const nodes = points.length / 3;
    line('$EndEntities\n$Nodes');
    put('i64', [2, nodes, 1, nodes]);
    put('i32', [1, 1, 1]);
    put('i64', [1]);
    put('i64', [1]);
    put('f64', [...points.subarray(0, 3), 0.5]);
    put('i32', [3, 11, 0]);
    put('i64', [nodes - 1]);
    for (let node = 1; node < nodes; node++) put('i64', [node + 1]);
    for (let node = 1; node < nodes; node++) put('f64', points.subarray(node * 3, node * 3 + 3));
    line('$EndNodes\n$Elements');
    const firstOf2 = tags.indexOf(2);
    put('i64', [3, tags.length + 1, 1, tags.length + 1]);
    put('i32', [0, 1, 15]);
    put('i64', [1]);
    put('i64', [tags.length + 1, 1]);
    for (const [volume, from, to] of [
      [11, 0, firstOf2],
      [12, firstOf2, tags.length],
    ] as const) {
      put('i32', [3, volume, 4]);
      put('i64', [to - from]);
      for (let tet = from; tet < to; tet++)
        put('i64', [tet + 1, ...tets.subarray(tet * 4, tet * 4 + 4).map((node) => node + 1)]);
    }
    line(`$EndElements\n$ElementData\n1\n"f0"\n1\n0\n3\n0\n3\n${tags.length}`);
    for (let tet = 0; tet < tags.length; tet++) {
      if (isBinary) parts.push(pack([tet + 1], 'i32', true), pack(fibres.subarray(tet * 3, tet * 3 + 3), 'f64', true));
      else parts.push(`${tet + 1} ${fibres.subarray(tet * 3, tet * 3 + 3).join(' ')}\n`);
    }
    line('$EndElementData');
    return join(...parts);
  };
}
