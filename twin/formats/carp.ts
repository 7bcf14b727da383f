import { TwinError } from '../errors.ts';
import { mmPer } from '../units.ts';
import { AsciiScanner, quote } from './asciiScanner.ts';
import type { FieldArray, MeshFormat, RawMesh } from './format.ts';
import type { MeshContents } from './meshContents.ts';

/** Shortest line of each file: `0 0 0`, `Tt 0 1 2 3`, `0 0 0`, with its line end. */
const SHORTEST_LINE = { pts: 6, elem: 11, lon: 6 };

/**
 * CARP / openCARP meshes: `.pts` (µm), `.elem` (tetrahedra with region tags) and, where it stands beside, `.lon` (fibres, or fibres and sheets).
 *
 * The `.lon` may start with its number of vectors (1 or 2) or at once with 3 or 6 columns; sheets become the cell array `sheet`.
 * Source: openCARP user's manual, mesh file formats.
 */
export const carp: MeshFormat = {
  name: 'CARP',
  extensions: ['.pts'],
  content: 'text',
  read(bytes, fileName, beside): RawMesh {
    const stem = fileName.replace(/\.[^.]*$/, '');
    const points = readPts(bytes, fileName);
    const elemName = `${stem}.elem`;
    const elem = beside(elemName);
    if (!elem) {
      throw new TwinError('BadInput', `${fileName}: there is no ${elemName} beside it; a CARP mesh is both files`, {
        file: elemName,
      });
    }
    const { tets, tags } = readElem(elem, elemName, points.length / 3);
    const lonName = `${stem}.lon`;
    const lon = beside(lonName);
    const vectors = lon ? readLon(lon, lonName, tets.length / 4, points.length / 3) : undefined;
    const cellData: Record<string, FieldArray> = {};
    if (vectors?.sheets) cellData.sheet = { components: 3, values: vectors.sheets };
    return { points, unit: 'um', tets, tags, fibres: vectors?.fibres, pointData: {}, cellData };
  },
};

function readPts(bytes: Uint8Array, fileName: string): Float64Array {
  const scanner = new AsciiScanner(bytes, fileName);
  const nodes = promisedCount(scanner, 'nodes');
  const points = new Float64Array(Math.min(nodes, bytes.length / SHORTEST_LINE.pts + 1) * 3);
  let found = 0;
  while (found < nodes && !scanner.isDone()) {
    const at = found * 3;
    points[at] = scanner.number();
    if (scanner.isLineDone()) break;
    points[at + 1] = scanner.number();
    if (scanner.isLineDone()) break;
    points[at + 2] = scanner.number();
    if (!scanner.isLineDone()) scanner.fail('more than three numbers; expected x y z');
    found++;
  }
  if (found < nodes && !scanner.isDone()) scanner.fail('fewer than three numbers; expected x y z');
  refuseShort(fileName, 'nodes', nodes, found);
  refuseLong(scanner, 'nodes', nodes);
  return points;
}

function readElem(
  bytes: Uint8Array,
  fileName: string,
  nodes: number,
): { tets: Uint32Array; tags: Int32Array | undefined } {
  const scanner = new AsciiScanner(bytes, fileName);
  const elements = promisedCount(scanner, 'elements');
  const room = Math.min(elements, Math.ceil(bytes.length / SHORTEST_LINE.elem) + 1);
  const tets = new Uint32Array(room * 4);
  const tags = new Int32Array(room);
  let tagged = 0;
  let found = 0;
  let isCut = false;
  while (found < elements && !scanner.isDone()) {
    const kind = scanner.word();
    if (kind !== 'Tt') {
      scanner.fail(
        `element ${found} is of type ${quote(kind)}; only tetrahedra (Tt) can be read, remove or split the others`,
      );
    }
    for (let corner = 0; corner < 4 && !isCut; corner++) {
      if (scanner.isLineDone()) {
        if (!scanner.isDone()) scanner.fail(`element ${found} has ${corner} nodes; a tetrahedron has four`);
        isCut = true;
        break;
      }
      const node = scanner.number();
      if (!(Number.isInteger(node) && node >= 0 && node < nodes)) refuseNode(scanner, found, node, nodes, bytes);
      tets[found * 4 + corner] = node;
    }
    if (isCut) break;
    if (!scanner.isLineDone()) {
      const tag = scanner.number();
      if (!Number.isInteger(tag) || Math.abs(tag) > 0x7fffffff)
        scanner.fail(`tag ${tag} of element ${found} is not a whole number`);
      tags[found] = tag;
      tagged++;
      if (!scanner.isLineDone()) scanner.fail(`element ${found} has more than four nodes and a tag`);
    }
    found++;
  }
  refuseShort(fileName, 'elements', elements, found);
  refuseLong(scanner, 'elements', elements);
  return { tets, tags: tagged > 0 ? tags : undefined };
}

interface LonVectors {
  readonly fibres: Float64Array;
  readonly sheets: Float64Array | undefined;
}

function readLon(bytes: Uint8Array, fileName: string, tets: number, nodes: number): LonVectors {
  const scanner = new AsciiScanner(bytes, fileName);
  if (scanner.isDone()) scanner.fail('the file is empty; remove it if the mesh has no fibres');
  const start = scanner.at;
  const first = new AsciiScanner(bytes, fileName, start);
  let columns = 0;
  for (; !first.isLineDone(); columns++) first.number();
  if (columns === 1) {
    const vectors = scanner.number();
    if (vectors !== 1 && vectors !== 2)
      scanner.fail(`${vectors} fibre vectors an element; expected 1 (fibre) or 2 (fibre and sheet)`);
    columns = vectors * 3;
  }
  if (columns !== 3 && columns !== 6) scanner.fail(`${columns} columns; expected 3 (fibre) or 6 (fibre and sheet)`);
  const rows = Math.min(tets, Math.floor(bytes.length / SHORTEST_LINE.lon) + 1);
  const fibres = new Float64Array(rows * 3);
  const sheets = columns === 6 ? new Float64Array(rows * 3) : undefined;
  let found = 0;
  for (; !scanner.isDone(); found++) {
    for (let column = 0; column < columns; column++) {
      if (scanner.isLineDone()) scanner.fail(`fibre ${found} has ${column} numbers; expected ${columns}`);
      const value = scanner.number();
      if (found >= rows) continue;
      if (column < 3) fibres[found * 3 + column] = value;
      else if (sheets) sheets[found * 3 + column - 3] = value;
    }
    if (!scanner.isLineDone()) scanner.fail(`fibre ${found} has more than ${columns} numbers`);
  }
  if (found !== tets) {
    const hint = found === nodes ? '; it looks like one a node, and must be one an element' : '';
    throw new TwinError('BadInput', `${fileName}: ${found} fibres for ${tets} elements${hint}`, {
      file: fileName,
      found,
      expected: tets,
    });
  }
  return { fibres, sheets };
}

function promisedCount(scanner: AsciiScanner, what: string): number {
  if (scanner.isDone()) scanner.fail(`the file is empty; expected the number of ${what}`);
  const count = scanner.count(`the number of ${what}`);
  if (!scanner.isLineDone()) scanner.fail(`the first line holds more than the number of ${what}`);
  return count;
}

function refuseShort(file: string, what: string, promised: number, found: number): void {
  if (found === promised) return;
  const message = `${file}: line 1 promises ${promised} ${what}, the file holds ${found}; it was probably cut short while copied`;
  throw new TwinError('BadInput', message, { file, found, expected: promised });
}

function refuseLong(scanner: AsciiScanner, what: string, promised: number): void {
  if (scanner.isDone()) return;
  scanner.fail(`the file goes on after the ${promised} ${what} that line 1 promises`);
}

/** Names the element and its node, and looks through the whole file whether its indices count from 1. */
function refuseNode(scanner: AsciiScanner, element: number, node: number, nodes: number, bytes: Uint8Array): never {
  const hint =
    node === nodes && isOneBased(bytes, nodes)
      ? '; no element uses node 0, so the file looks 1-based: subtract 1 from every index'
      : '';
  scanner.fail(`element ${element} refers to node ${node}, the mesh has nodes 0 to ${nodes - 1}${hint}`);
}

function isOneBased(bytes: Uint8Array, nodes: number): boolean {
  const scanner = new AsciiScanner(bytes, '');
  scanner.line();
  while (!scanner.isDone()) {
    if (scanner.word() !== 'Tt') return false;
    for (let corner = 0; corner < 4; corner++) {
      if (scanner.isLineDone()) return false;
      const node = scanner.number();
      if (!(node >= 1 && node <= nodes)) return false;
    }
    scanner.line();
  }
  return true;
}

/** The files of a CARP mesh, by what follows the stem of their name; `lon` only where there are fibres. */
export interface CarpFiles {
  readonly pts: Uint8Array;
  readonly elem: Uint8Array;
  readonly lon: Uint8Array | undefined;
}

/** Writes a mesh as CARP files: points in µm to 1 nm, fibres (and the cell array `sheet`) to 1e-6. Other fields have no place in CARP and are left out. */
export function writeCarp(mesh: MeshContents): CarpFiles {
  const { points, tets, tags, fibres } = mesh;
  const nodes = points.length / 3;
  const elements = tets.length / 4;
  const pts: string[] = [`${nodes}\n`];
  const um = (value: number): string => (value / mmPer.um).toFixed(3);
  for (let node = 0; node < nodes; node++) pts.push(row(points, node, um));
  const elem: string[] = [`${elements}\n`];
  for (let tet = 0; tet < elements; tet++) {
    const at = tet * 4;
    elem.push(`Tt ${tets[at]} ${tets[at + 1]} ${tets[at + 2]} ${tets[at + 3]}${tags ? ` ${tags[tet]}` : ''}\n`);
  }
  return {
    pts: utf8(pts),
    elem: utf8(elem),
    lon: fibres ? utf8(lonLines(fibres, mesh.cellData?.sheet?.values)) : undefined,
  };
}

function lonLines(fibres: ArrayLike<number>, sheets: ArrayLike<number> | undefined): string[] {
  const direction = (value: number): string => value.toFixed(6);
  const lines = [sheets ? '2\n' : '1\n'];
  for (let tet = 0; tet < fibres.length / 3; tet++) {
    const fibre = row(fibres, tet, direction);
    lines.push(sheets ? `${fibre.trimEnd()} ${row(sheets, tet, direction)}` : fibre);
  }
  return lines;
}

function row(values: ArrayLike<number>, index: number, format: (value: number) => string): string {
  const at = index * 3;
  return `${format(values[at] as number)} ${format(values[at + 1] as number)} ${format(values[at + 2] as number)}\n`;
}

const utf8 = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join(''));
