import { AsciiScanner, quote } from './asciiScanner.ts';
import type { FieldArray, MeshFormat, RawMesh } from './format.ts';
import { assembleMesh, tetrahedraOf, type VtkCells } from './meshFields.ts';
import { BYTES_PER, decodeNumbers, type NumberType } from './numberType.ts';

/** VTK's names of number types in legacy files. `long` has 8 bytes, as VTK writes it on every 64-bit system but Windows. */
const NUMBER_TYPES: Readonly<Record<string, NumberType>> = {
  char: 'int8',
  signed_char: 'int8',
  unsigned_char: 'uint8',
  short: 'int16',
  unsigned_short: 'uint16',
  int: 'int32',
  unsigned_int: 'uint32',
  long: 'int64',
  unsigned_long: 'uint64',
  vtkidtype: 'int32',
  vtktypeint8: 'int8',
  vtktypeuint8: 'uint8',
  vtktypeint16: 'int16',
  vtktypeuint16: 'uint16',
  vtktypeint32: 'int32',
  vtktypeuint32: 'uint32',
  vtktypeint64: 'int64',
  vtktypeuint64: 'uint64',
  float: 'float32',
  double: 'float64',
};

/** Components of the attributes that have a keyword of their own. */
const ATTRIBUTES: Readonly<Record<string, number>> = { VECTORS: 3, NORMALS: 3, TENSORS: 9, TENSORS6: 6 };

/**
 * VTK legacy files of an unstructured grid, ASCII or binary (big-endian), versions up to 5.1 with its `OFFSETS`/`CONNECTIVITY` form of cells.
 *
 * Source: VTK User's Guide, file formats; VTK file formats page of the VTK documentation.
 */
export const vtk: MeshFormat = {
  name: 'VTK legacy',
  extensions: ['.vtk'],
  content: 'vtk',
  read: (bytes, fileName): RawMesh => new VtkReader(bytes, fileName).read(),
};

/** Nodes and polygons of a surface's file. */
export interface VtkPolygons {
  /** [nodes, 3] */
  readonly points: Float64Array;
  /** End of each polygon in `connectivity` */
  readonly ends: Float64Array;
  readonly connectivity: Float64Array;
}

/** The polygons of a VTK legacy file of a surface (`POLYDATA`); what follows them is passed over. @throws TwinError BadInput */
export const readVtkPolygons = (bytes: Uint8Array, fileName: string): VtkPolygons =>
  new VtkReader(bytes, fileName, 'POLYDATA').readPolygons();

class VtkReader {
  readonly #scanner: AsciiScanner;
  readonly #fileName: string;
  readonly #kind: 'UNSTRUCTURED_GRID' | 'POLYDATA';
  #isBinary = false;
  #points: Float64Array | undefined;
  #cells: Omit<VtkCells, 'types'> | undefined;
  #types: Float64Array | undefined;
  /** Items of the section in which attributes now stand */
  #items = 0;
  #fields: Record<string, FieldArray> | undefined;
  readonly #pointData: Record<string, FieldArray> = {};
  readonly #cellData: Record<string, FieldArray> = {};

  constructor(bytes: Uint8Array, fileName: string, kind: 'UNSTRUCTURED_GRID' | 'POLYDATA' = 'UNSTRUCTURED_GRID') {
    this.#scanner = new AsciiScanner(bytes, fileName);
    this.#fileName = fileName;
    this.#kind = kind;
  }

  #header(): void {
    const scanner = this.#scanner;
    scanner.line();
    scanner.line();
    const encoding = scanner.line().toUpperCase();
    if (encoding !== 'ASCII' && encoding !== 'BINARY')
      scanner.fail(`the encoding is ${quote(encoding)}; expected ASCII or BINARY`);
    this.#isBinary = encoding === 'BINARY';
  }

  readPolygons(): VtkPolygons {
    const scanner = this.#scanner;
    this.#header();
    while (!scanner.isDone()) {
      const keyword = scanner.word().toUpperCase();
      if (keyword === 'TRIANGLE_STRIPS') scanner.fail('holds triangle strips; expected triangles or polygons');
      const isCells = keyword === 'POLYGONS' || keyword === 'VERTICES' || keyword === 'LINES';
      if (isCells) this.#readCells();
      else this.#section(keyword);
      if (keyword === 'POLYGONS') break;
      if (isCells) this.#cells = undefined;
    }
    const points = this.#points ?? scanner.fail('the file ends and there are no POINTS');
    const cells = this.#cells ?? scanner.fail('the file ends and there are no POLYGONS');
    return { points, ...cells };
  }

  read(): RawMesh {
    const scanner = this.#scanner;
    this.#header();
    while (!scanner.isDone()) this.#section(scanner.word().toUpperCase());
    const points = this.#points ?? scanner.fail('the file ends and there are no POINTS');
    const cells = this.#cells ?? scanner.fail('the file ends and there are no CELLS');
    const types = this.#types ?? scanner.fail('the file ends and there are no CELL_TYPES');
    const fileName = this.#fileName;
    const tets = tetrahedraOf({ ...cells, types }, points.length / 3, fileName);
    return assembleMesh({ fileName, points, tets, pointData: this.#pointData, cellData: this.#cellData });
  }

  #section(keyword: string): void {
    const scanner = this.#scanner;
    const components = Object.hasOwn(ATTRIBUTES, keyword) ? ATTRIBUTES[keyword] : undefined;
    if (components !== undefined) {
      this.#named(scanner.word(), components, scanner.word());
      return;
    }
    switch (keyword) {
      case 'DATASET': {
        const kind = scanner.word().toUpperCase();
        if (kind !== this.#kind) scanner.fail(`a dataset of kind ${quote(kind)}; expected ${this.#kind}`);
        return;
      }
      case 'POINTS': {
        const nodes = scanner.count('the number of points');
        this.#points = this.#numbers(nodes * 3, scanner.word(), 'POINTS');
        return;
      }
      case 'CELLS':
        this.#readCells();
        return;
      case 'CELL_TYPES':
        this.#types = this.#numbers(scanner.count('the number of cell types'), 'int', 'CELL_TYPES');
        return;
      case 'POINT_DATA':
        this.#openData(this.#pointData, (this.#points?.length ?? 0) / 3, 'points');
        return;
      case 'CELL_DATA':
        this.#openData(this.#cellData, this.#cells?.ends.length ?? 0, 'cells');
        return;
      case 'FIELD':
        this.#readField();
        return;
      case 'SCALARS':
        this.#readScalars();
        return;
      case 'COLOR_SCALARS': {
        const name = scanner.word();
        const colours = scanner.count('the number of colours');
        this.#named(name, colours, this.#isBinary ? 'unsigned_char' : 'float');
        return;
      }
      case 'TEXTURE_COORDINATES': {
        const name = scanner.word();
        this.#named(name, scanner.count('the number of texture coordinates'), scanner.word());
        return;
      }
      case 'GLOBAL_IDS':
      case 'PEDIGREE_IDS':
      case 'EDGE_FLAGS':
        this.#named(scanner.word(), 1, scanner.word());
        return;
      case 'LOOKUP_TABLE': {
        scanner.word();
        const colours = scanner.count('the number of colours');
        this.#numbers(colours * 4, this.#isBinary ? 'unsigned_char' : 'float', keyword);
        return;
      }
      case 'METADATA':
        scanner.line();
        while (scanner.at < scanner.end && scanner.line() !== '');
        return;
      default:
        scanner.fail(
          `${quote(keyword)} is no keyword of a VTK file; the section before it is cut short or longer than promised`,
        );
    }
  }

  /** Before version 5 each cell is its number of nodes and the nodes; from 5 on there are offsets and a connectivity. */
  #readCells(): void {
    const scanner = this.#scanner;
    const first = scanner.count('the number of cells');
    const second = scanner.count('the size of the cells');
    const beforeData = scanner.at;
    if (scanner.word().toUpperCase() === 'OFFSETS') {
      const offsets = this.#numbers(first, scanner.word(), 'OFFSETS');
      const keyword = scanner.word();
      if (keyword.toUpperCase() !== 'CONNECTIVITY') scanner.fail(`${quote(keyword)} stands where CONNECTIVITY should`);
      this.#cells = { ends: offsets.subarray(1), connectivity: this.#numbers(second, scanner.word(), 'CONNECTIVITY') };
      return;
    }
    scanner.at = beforeData;
    const list = this.#numbers(second, 'int', 'CELLS');
    if (first > list.length) scanner.fail(`${first} cells in a list of ${list.length} numbers`);
    const ends = new Float64Array(first);
    const connectivity = new Float64Array(Math.max(list.length - first, 0));
    let at = 0;
    let end = 0;
    for (let cell = 0; cell < first; cell++) {
      const size = list[at] ?? -1;
      if (!(Number.isInteger(size) && size >= 0 && at + size < list.length && end + size <= connectivity.length))
        scanner.fail(`the list of cells ends inside cell ${cell}`);
      connectivity.set(list.subarray(at + 1, at + 1 + size), end);
      at += size + 1;
      end += size;
      ends[cell] = end;
    }
    this.#cells = { ends, connectivity };
  }

  #openData(fields: Record<string, FieldArray>, items: number, what: string): void {
    const promised = this.#scanner.count(`the number of ${what}`);
    if (promised !== items) this.#scanner.fail(`data for ${promised} ${what}; the mesh has ${items}`);
    this.#items = items;
    this.#fields = fields;
  }

  #readScalars(): void {
    const scanner = this.#scanner;
    const name = scanner.word();
    const type = scanner.word();
    const components = scanner.isLineDone() ? 1 : scanner.count('the number of components');
    const beforeTable = scanner.at;
    if (scanner.word().toUpperCase() === 'LOOKUP_TABLE') scanner.word();
    else scanner.at = beforeTable;
    this.#named(name, components, type);
  }

  /** Arrays of any shape; outside the point and cell data they belong to the file and are passed over. */
  #readField(): void {
    const scanner = this.#scanner;
    scanner.word();
    const arrays = scanner.count('the number of arrays');
    for (let i = 0; i < arrays; i++) {
      let name = scanner.word();
      if (name.toUpperCase() === 'METADATA') {
        this.#section('METADATA');
        name = scanner.word();
      }
      const components = scanner.count('the number of components');
      const items = scanner.count('the number of tuples');
      const type = scanner.word();
      if (type.toLowerCase() === 'string')
        scanner.fail(`the array ${quote(name)} holds text; only numbers can be read, save the file without it`);
      if (this.#fields && items !== this.#items)
        scanner.fail(`the array ${quote(name)} has ${items} items; expected ${this.#items}`);
      const values = this.#numbers(components * items, type, name);
      if (this.#fields) this.#fields[decodeName(name)] = { components, values };
    }
  }

  #named(name: string, components: number, type: string): void {
    if (!this.#fields) this.#scanner.fail(`the array ${quote(name)} stands before POINT_DATA and CELL_DATA`);
    const values = this.#numbers(this.#items * components, type, name);
    if (this.#fields) this.#fields[decodeName(name)] = { components, values };
  }

  /** Numbers from the next line on; what the bytes cannot hold is refused before it is allocated. */
  #numbers(count: number, typeName: string, what: string): Float64Array {
    const scanner = this.#scanner;
    const key = typeName.toLowerCase();
    const type = Object.hasOwn(NUMBER_TYPES, key) ? NUMBER_TYPES[key] : undefined;
    if (!type) return scanner.fail(`${what} is of type ${quote(typeName)}, which cannot be read`);
    if (this.#isBinary) scanner.line();
    const left = scanner.end - scanner.at;
    const most = this.#isBinary ? Math.floor(left / BYTES_PER[type]) : Math.floor((left + 1) / 2);
    if (!(count <= most)) {
      scanner.fail(
        `${what} promises ${count} numbers, the ${left} bytes left hold at most ${most}; the file was cut short or the header is wrong`,
      );
    }
    if (this.#isBinary) {
      const values = decodeNumbers(scanner.bytes, scanner.at, count, type, false);
      scanner.at += count * BYTES_PER[type];
      return values;
    }
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      if (scanner.isDone())
        scanner.fail(`${what} promises ${count} numbers, the file holds ${i}; it was probably cut short while copied`);
      values[i] = scanner.number();
    }
    return values;
  }
}

/** Names are percent-encoded in legacy files; one that is not, and has a stray %, stays as it is. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
