import { TwinError } from '../errors.ts';
import { AsciiScanner, latin1, quote } from './asciiScanner.ts';
import type { FieldArray, MeshFormat, RawMesh } from './format.ts';
import { assembleMesh, tetrahedraOf } from './meshFields.ts';
import { MOST_INFLATION, readVtuArray, type VtuArray, type VtuFile, vtuNumberType } from './vtuArray.ts';
import { countAttribute, walkXml } from './xml.ts';

/**
 * VTK's XML file of one unstructured grid: ASCII, base64 and appended (raw or base64) arrays, plain or zlib-compressed, headers of 32 or 64 bits,
 * either byte order.
 *
 * Source: VTK User's Guide, file formats; VTK file formats page of the VTK documentation.
 */
export const vtu: MeshFormat = {
  name: 'VTU',
  extensions: ['.vtu'],
  content: 'xml',
  read(bytes, fileName): RawMesh {
    const grid = parseGrid(bytes, fileName);
    const { nodes, cells } = grid;
    const { file } = grid;
    const take = (section: string, name: string | undefined, what: string): VtuArray => {
      const found = grid.arrays.find(
        (array) => array.section === section && (name === undefined || array.name.toLowerCase() === name),
      );
      if (found) return found;
      throw new TwinError('BadInput', `${fileName}: there are no ${what}`, { file: fileName });
    };
    const coordinates = take('Points', undefined, 'points');
    const points = readVtuArray({ ...coordinates, components: 3 }, nodes, file);
    const ends = readVtuArray(take('Cells', 'offsets', 'cell offsets'), cells, file);
    const types = readVtuArray(take('Cells', 'types', 'cell types'), cells, file);
    // Other cells than tetrahedra are named by their type before their nodes are looked at.
    const corners = cells === 0 ? 0 : (ends[cells - 1] as number);
    const connectivity = readVtuArray(take('Cells', 'connectivity', 'cell nodes'), corners, file);
    const tets = tetrahedraOf({ types, ends, connectivity }, nodes, fileName);
    const dataOf = (section: string, items: number): Record<string, FieldArray> => {
      const data: Record<string, FieldArray> = {};
      for (const array of grid.arrays) {
        if (array.section !== section || array.type === undefined) continue; // Strings carry no field.
        data[array.name] = { components: array.components, values: readVtuArray(array, items, file) };
      }
      return data;
    };
    return assembleMesh({
      fileName,
      points,
      tets,
      pointData: dataOf('PointData', nodes),
      cellData: dataOf('CellData', cells),
    });
  },
};

interface VtuGrid {
  readonly file: VtuFile;
  readonly arrays: readonly VtuArray[];
  readonly nodes: number;
  readonly cells: number;
}

const SECTIONS = new Set(['Points', 'Cells', 'PointData', 'CellData']);

function parseGrid(bytes: Uint8Array, fileName: string): VtuGrid {
  const appended = findAppended(bytes, fileName);
  const arrays: VtuArray[] = [];
  const path: string[] = [];
  let isLittleEndian = true;
  let isWideHeader = false;
  let isCompressed = false;
  let counts: readonly [number, number] | undefined;
  let open: OpenArray | undefined;
  const fail = (message: string): never => {
    throw new TwinError('BadInput', `${fileName}: ${message}`, { file: fileName });
  };
  const openFile = (attributes: Readonly<Record<string, string>>): void => {
    if (attributes.type !== 'UnstructuredGrid')
      fail(`a VTK file of type ${quote(attributes.type ?? '')}; expected UnstructuredGrid`);
    isLittleEndian = attributes.byte_order !== 'BigEndian';
    isWideHeader = attributes.header_type === 'UInt64';
    isCompressed = attributes.compressor !== undefined;
    if (isCompressed && attributes.compressor !== 'vtkZLibDataCompressor') {
      fail(
        `arrays are compressed by ${quote(attributes.compressor ?? '')}; only zlib can be read, save the file with it or uncompressed`,
      );
    }
  };
  walkXml(
    bytes,
    fileName,
    {
      open(name, attributes, contentStart) {
        if (path.length === 0 && name !== 'VTKFile') fail(`the root element is ${quote(name)}; expected VTKFile`);
        if (name === 'VTKFile') openFile(attributes);
        if (name === 'Piece') {
          if (counts) fail('the grid is in several pieces; merge them into one');
          counts = [
            countAttribute(attributes, 'NumberOfPoints', fileName),
            countAttribute(attributes, 'NumberOfCells', fileName),
          ];
          const [nodes, cells] = counts;
          // Even deflated to the limit of the format, a node and a cell leave their trace in the bytes.
          const most = bytes.length * MOST_INFLATION;
          if (nodes > most || cells > most) {
            fail(
              `promises ${nodes} points and ${cells} cells, which ${bytes.length} bytes cannot hold; the header is wrong or the file was cut short`,
            );
          }
        }
        if (open) open.hasKeys = true;
        else if (name === 'DataArray' && SECTIONS.has(path.at(-1) ?? ''))
          open = { attributes, start: contentStart, hasKeys: false };
        path.push(name);
      },
      close(name, contentEnd) {
        path.pop();
        if (!open || name !== 'DataArray') return;
        arrays.push(toArray(open.attributes, path.at(-1) ?? '', textRange(bytes, open, contentEnd), fileName));
        open = undefined;
      },
    },
    appended?.xmlEnd,
    appended ? '</AppendedData></VTKFile>' : '',
  );
  if (!counts) return fail('there is no Piece');
  const file: VtuFile = { bytes, fileName, isLittleEndian, isWideHeader, isCompressed, appended };
  return { file, arrays, nodes: counts[0], cells: counts[1] };
}

function toArray(
  attributes: Readonly<Record<string, string>>,
  section: string,
  text: readonly [number, number],
  fileName: string,
): VtuArray {
  const name = attributes.Name ?? '';
  const format = attributes.format ?? 'ascii';
  if (format !== 'ascii' && format !== 'binary' && format !== 'appended') {
    throw new TwinError('BadInput', `${fileName}: array ${quote(name)} is in format ${quote(format)}`, {
      file: fileName,
    });
  }
  return {
    section,
    name,
    type: vtuNumberType(attributes.type ?? ''),
    components: countAttribute(attributes, 'NumberOfComponents', fileName, 1) || 1,
    format,
    offset: format === 'appended' ? countAttribute(attributes, 'offset', fileName) : 0,
    start: text[0],
    end: text[1],
  };
}

/** An array whose closing tag was not met yet. */
interface OpenArray {
  readonly attributes: Readonly<Record<string, string>>;
  readonly start: number;
  hasKeys: boolean;
}

/** The array's own text, without the information keys that VTK writes before or behind it. */
function textRange(bytes: Uint8Array, { start, hasKeys }: OpenArray, end: number): readonly [number, number] {
  if (!hasKeys) return [start, end];
  const firstKey = bytes.indexOf(0x3c, start);
  const isInFront = !new AsciiScanner(bytes, '', start, firstKey).isDone();
  return isInFront ? [start, firstKey] : [bytes.lastIndexOf(0x3e, end) + 1, end];
}

/** Where the appended data stand: between the `_` behind the tag and, at the latest, the end of the file. */
function findAppended(bytes: Uint8Array, fileName: string): (VtuFile['appended'] & { xmlEnd: number }) | undefined {
  const tag = indexOf(bytes, '<AppendedData', 0);
  if (tag < 0) return undefined;
  const close = indexOf(bytes, '>', tag);
  const mark = close < 0 ? -1 : indexOf(bytes, '_', close);
  if (mark < 0)
    throw new TwinError('BadInput', `${fileName}: AppendedData has no "_" before its bytes; it was cut short`, {
      file: fileName,
    });
  const isRaw = !/encoding\s*=\s*["']base64["']/.test(latin1(bytes, tag, close));
  const closing = isRaw ? -1 : indexOf(bytes, '<', mark);
  return { start: mark + 1, end: closing < 0 ? bytes.length : closing, isRaw, xmlEnd: close + 1 };
}

function indexOf(bytes: Uint8Array, text: string, from: number): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (latin1(bytes, at, Math.min(at + text.length, bytes.length)) === text) return at;
  }
  return -1;
}
