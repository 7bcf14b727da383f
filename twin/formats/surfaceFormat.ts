import type { LengthUnit } from '../units.ts';
import { quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import type { ContentKind } from './contentKind.ts';

/** A surface as a file has it: nothing merged, nothing closed; polygons are cut into triangles by fans from their first corners. */
export interface RawSurface {
  /** In `unit`, [nodes, 3] */
  readonly points: Float64Array;
  /** What the format says; undefined when it says nothing, as all do that are read today */
  readonly unit: LengthUnit | undefined;
  /** [triangles, 3], zero-based, inside the range of nodes */
  readonly triangles: Uint32Array;
}

/** What a file holds of a surface: bytes in, triangles out. Readers bound what they allocate by the size of the bytes. */
export interface SurfaceFormat {
  readonly name: string;
  /** Endings, with the dot. */
  readonly extensions: readonly string[];
  /** What the first bytes may look like. */
  readonly contents: readonly ContentKind[];
  /** @throws TwinError BadInput with file, line or offset, found and expected */
  read(bytes: Uint8Array, fileName: string): RawSurface;
}

/** Corners that a polygon may have; longer ones are outlines, whose fans would overlap. */
const MOST_CORNERS = 64;

/** VTK's numbers of cells that are, or are not, part of a surface. */
const VTK_CELLS: Readonly<Record<number, 'skip' | 'polygon'>> = {
  1: 'skip',
  2: 'skip',
  3: 'skip',
  4: 'skip',
  5: 'polygon',
  7: 'polygon',
  9: 'polygon',
};

/** Polygons of a VTK file. */
export interface Polygons {
  /** End of each in `connectivity`, [polygons] */
  readonly ends: Float64Array;
  readonly connectivity: Float64Array;
  /** VTK's cell types, [polygons]; absent where all are polygons */
  readonly types?: Float64Array;
}

/** Triangles of polygons. @throws TwinError BadInput naming the cell */
export function trianglesOf({ ends, connectivity, types }: Polygons, nodes: number, fileName: string): Uint32Array {
  const triangles: number[] = [];
  let start = 0;
  for (let cell = 0; cell < ends.length; cell++) {
    const end = ends[cell];
    if (!(Number.isInteger(end) && end >= start && end <= connectivity.length))
      throw badInput(fileName, `cell ${cell} ends at ${end} of a connectivity of ${connectivity.length}`);
    const use = types === undefined ? 'polygon' : VTK_CELLS[types[cell]];
    if (use === undefined) {
      throw badInput(
        fileName,
        `cell ${cell} is of VTK's type ${types?.[cell]}; expected a surface of triangles (5), polygons (7) or quadrilaterals (9); extract the surface first`,
      );
    }
    if (use === 'polygon')
      addFan(triangles, connectivity.subarray(start, end), nodes, (message) => {
        throw badInput(fileName, `cell ${cell} ${message}`);
      });
    start = end;
  }
  return Uint32Array.from(triangles);
}

/** Adds the triangles of a polygon. @param corners zero-based nodes @param fail told what is wrong, as the end of a sentence about the polygon */
export function addFan(
  out: number[],
  corners: ArrayLike<number>,
  nodes: number,
  fail: (message: string) => never,
): void {
  if (corners.length < 3 || corners.length > MOST_CORNERS)
    fail(`has ${corners.length} corners; expected 3 to ${MOST_CORNERS}`);
  for (let i = 0; i < corners.length; i++) {
    if (!(Number.isInteger(corners[i]) && corners[i] >= 0 && corners[i] < nodes))
      fail(`names node ${quote(String(corners[i]))}, counted from 0; the surface has ${nodes} nodes`);
  }
  for (let i = 1; i + 1 < corners.length; i++) out.push(corners[0], corners[i], corners[i + 1]);
}
