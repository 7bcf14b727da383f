import { TwinError } from '../errors.ts';
import { AsciiScanner, latin1, quote } from './asciiScanner.ts';
import { MOST_INFLATION, type VtuArray, type VtuFile, vtuNumberType } from './vtuArray.ts';
import { countAttribute, walkXml } from './xml.ts';

/** A VTK XML file of one piece, its arrays found and not yet decoded. */
export interface VtkXml {
  readonly file: VtuFile;
  readonly arrays: readonly VtuArray[];
  /** What the piece promises, in the order asked for */
  readonly counts: readonly number[];
}

/** What a reader expects of such a file. */
export interface VtkXmlKind {
  readonly type: 'UnstructuredGrid' | 'PolyData';
  /** What the reader calls it in messages: `the grid is in several pieces` */
  readonly called: string;
  readonly sections: ReadonlySet<string>;
  /** Attributes of the piece that count something; those with `isOptional` are 0 where they are missing */
  readonly counts: readonly { readonly attribute: string; readonly what: string; readonly isOptional?: boolean }[];
}

/** Finds the arrays of a file. @throws TwinError BadInput when it is not of the kind, in several pieces, or promises more than its bytes can hold */
export function parseVtkXml(bytes: Uint8Array, fileName: string, kind: VtkXmlKind): VtkXml {
  const appended = findAppended(bytes, fileName);
  const arrays: VtuArray[] = [];
  const path: string[] = [];
  let isLittleEndian = true;
  let isWideHeader = false;
  let isCompressed = false;
  let counts: readonly number[] | undefined;
  let open: OpenArray | undefined;
  const fail = (message: string): never => {
    throw new TwinError('BadInput', `${fileName}: ${message}`, { file: fileName });
  };
  const openFile = (attributes: Readonly<Record<string, string>>): void => {
    if (attributes.type !== kind.type) {
      fail(`a VTK file of type ${quote(attributes.type ?? '')}; expected ${kind.type}`);
    }
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
          if (counts) fail(`the ${kind.called} is in several pieces; merge them into one`);
          const promised = kind.counts.map(({ attribute, isOptional }) =>
            countAttribute(attributes, attribute, fileName, isOptional ? 0 : undefined),
          );
          counts = promised;
          // Even deflated to the limit of the format, a node and a cell leave their trace in the bytes.
          const most = bytes.length * MOST_INFLATION;
          if (promised.some((count) => count > most)) {
            const list = kind.counts.map(({ what }, at) => `${promised[at]} ${what}`).join(' and ');
            fail(
              `promises ${list}, which ${bytes.length} bytes cannot hold; the header is wrong or the file was cut short`,
            );
          }
        }
        if (open) open.hasKeys = true;
        else if (name === 'DataArray' && kind.sections.has(path.at(-1) ?? ''))
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
  return { file, arrays, counts };
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
