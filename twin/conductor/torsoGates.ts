import { triangleNeighbours } from '../anatomy/boundary.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { RawSurface } from '../formats/surfaceFormat.ts';
import { capOpenings } from './torsoCaps.ts';
import type { TriangleSurface } from './torsoModel.ts';
import { surfaceVolume_mm3, withoutLooseNodes } from './torsoSurface.ts';

/** A surface of a file, made fit to bound a conductor. */
export interface ClosedParts {
  /** Closed, outward, largest volume first */
  readonly parts: readonly TriangleSurface[];
  readonly findings: readonly Finding[];
}

export interface GateOptions {
  /** File name, for messages */
  readonly name: string;
  /** mm in one unit of the file */
  readonly mmPerUnit: number;
  /** Whether openings are closed by fans; refused otherwise */
  readonly isCapped?: boolean;
}

/** Nodes nearer than this share of the surface's extent are one: writers of text keep six or seven digits. */
const SAME_PLACE = 1e-6;
/** Openings of scanned skins are those of neck, arms and legs; more are holes of a torn surface. */
const MOST_OPENINGS = 8;
/** Parts smaller than this share of the largest are specks, and dropped. */
const SPECK = 1e-3;
/** More triangles say nothing more to a conductor of millimetres. */
const MOST_TRIANGLES = 1_000_000;
/** Parts that a surface may be in. */
const MOST_PARTS = 64;

/**
 * Gates and repairs of a surface: nodes at one place are merged, triangles without area or standing twice are dropped, edges of more than two triangles are
 * refused, openings are closed (up to 8, told of), triangles are turned to face outwards, specks are dropped.
 *
 * @throws TwinError BadInput with a count and a place
 */
export function closeSurface(raw: RawSurface, { name, mmPerUnit, isCapped = true }: GateOptions): ClosedParts {
  const findings: Finding[] = [];
  const repaired = (code: string, count: number, message: string) => {
    if (count > 0) findings.push({ code, severity: 'repaired', message: `${name}: ${message}`, count });
  };
  const refuse = (message: string) => new TwinError('BadInput', `${name}: ${message}`, { file: name });
  if (raw.triangles.length > 3 * MOST_TRIANGLES) {
    throw refuse(`${raw.triangles.length / 3} triangles; expected at most ${MOST_TRIANGLES}; decimate the surface`);
  }
  const points = raw.points.map((value) => value * mmPerUnit);
  const merged = mergeNodes(points, raw.triangles);
  const { triangles, flat, twice } = dropTriangles(merged);
  repaired(
    'triangles-dropped',
    flat + twice,
    `${flat} triangles without area and ${twice} that stood twice were dropped`,
  );
  if (triangles.length === 0) throw refuse('no triangle is left with an area; expected a surface');
  const crowded = crowdedEdges(triangles);
  if (crowded) {
    throw refuse(
      `${crowded.count} edges belong to three or more triangles, the first at (${placeOf(points, crowded.node)}) mm; expected a surface that bounds one volume; remove inner walls or remesh`,
    );
  }
  const turned = orient(triangles);
  if (turned === undefined)
    throw refuse('its triangles cannot all face one way (a Möbius band); expected a surface with an inside');
  repaired('triangles-turned', turned, `${turned} triangles faced another way than their neighbours and were turned`);
  const capped = capOpenings({ points, triangles });
  const openings = capped.openings_mm.length;
  if (openings > 0 && (!isCapped || openings > MOST_OPENINGS)) {
    const free = triangleNeighbours(triangles).findIndex((other, edge) => other === Math.floor(edge / 3));
    throw refuse(
      `the surface has ${openings} openings, the first at (${placeOf(points, triangles[free])}) mm; expected a closed surface${isCapped ? `, or at most ${MOST_OPENINGS} openings as of neck and limbs` : ''}; close its holes`,
    );
  }
  repaired(
    'surface-capped',
    openings,
    `${openings} openings were closed by fans of triangles; their edges are ${capped.openings_mm.map((length) => length.toFixed(0)).join(', ')} mm long`,
  );
  const all = partsOf(capped);
  const largest = Math.abs(surfaceVolume_mm3(all[0]));
  const kept = all.filter((part) => Math.abs(surfaceVolume_mm3(part)) >= SPECK * largest);
  repaired('surface-specks', all.length - kept.length, `${all.length - kept.length} specks of surface were dropped`);
  if (kept.length > MOST_PARTS) throw refuse(`the surface is in ${kept.length} parts; expected at most ${MOST_PARTS}`);
  if (!(largest > 0)) throw refuse('the surface bounds no volume');
  return { parts: kept.map(outward), findings };
}

/** One node for all at one place; triangles keep their order. */
function mergeNodes(points: Float64Array, triangles: Uint32Array): { points: Float64Array; triangles: Uint32Array } {
  let extent = 0;
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = axis; at < points.length; at += 3) {
      low = Math.min(low, points[at]);
      high = Math.max(high, points[at]);
    }
    extent = Math.max(extent, high - low);
  }
  const step = Math.max(extent * SAME_PLACE, Number.MIN_VALUE);
  const first = new Map<string, number>();
  const same = new Uint32Array(points.length / 3);
  for (let node = 0; node < same.length; node++) {
    const key = `${Math.round(points[3 * node] / step)} ${Math.round(points[3 * node + 1] / step)} ${Math.round(points[3 * node + 2] / step)}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, node);
    same[node] = other ?? node;
  }
  return { points, triangles: triangles.map((node) => same[node]) };
}

function dropTriangles({ triangles }: TriangleSurface): { triangles: Uint32Array; flat: number; twice: number } {
  const seen = new Set<string>();
  const kept: number[] = [];
  let flat = 0;
  let twice = 0;
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [triangles[at], triangles[at + 1], triangles[at + 2]];
    if (a === b || b === c || a === c) {
      flat++;
      continue;
    }
    const key = [a, b, c].sort((x, y) => x - y).join(' ');
    if (seen.has(key)) {
      twice++;
      continue;
    }
    seen.add(key);
    kept.push(a, b, c);
  }
  return { triangles: Uint32Array.from(kept), flat, twice };
}

const nextEdge = (edge: number): number => (edge % 3 === 2 ? edge - 2 : edge + 1);

function crowdedEdges(triangles: Uint32Array): { count: number; node: number } | undefined {
  const nodes = triangles.reduce((most, node) => Math.max(most, node), 0) + 1;
  const uses = new Map<number, number>();
  let count = 0;
  let first = -1;
  for (let edge = 0; edge < triangles.length; edge++) {
    const [a, b] = [triangles[edge], triangles[nextEdge(edge)]];
    const key = Math.min(a, b) * nodes + Math.max(a, b);
    const used = (uses.get(key) ?? 0) + 1;
    uses.set(key, used);
    if (used !== 3) continue;
    count++;
    if (first < 0) first = a;
  }
  return count === 0 ? undefined : { count, node: first };
}

/** Triangles of each piece that edges hold together, in the order of their first ones. */
function pieces(triangles: Uint32Array, visit: (from: number, to: number) => void = () => {}): number[][] {
  const neighbours = triangleNeighbours(triangles);
  const isSeen = new Uint8Array(triangles.length / 3);
  const found: number[][] = [];
  for (let first = 0; first < isSeen.length; first++) {
    if (isSeen[first]) continue;
    isSeen[first] = 1;
    const piece = [first];
    for (let i = 0; i < piece.length; i++) {
      for (let side = 0; side < 3; side++) {
        const other = neighbours[3 * piece[i] + side];
        if (isSeen[other]) continue;
        isSeen[other] = 1;
        visit(piece[i], other);
        piece.push(other);
      }
    }
    found.push(piece);
  }
  return found;
}

/** Turns triangles so that neighbours face one way, each piece as most of it did. @param out triangles @returns how many were turned; undefined when it cannot be done */
function orient(out: Uint32Array): number | undefined {
  const isTurned = new Uint8Array(out.length / 3);
  const turn = (triangle: number) => {
    [out[3 * triangle + 1], out[3 * triangle + 2]] = [out[3 * triangle + 2], out[3 * triangle + 1]];
    isTurned[triangle] ^= 1;
  };
  let turned = 0;
  const found = pieces(out.slice(), (from, to) => {
    if (!facesAlike(out, from, to)) turn(to);
  });
  for (const piece of found) {
    const count = piece.reduce((sum, triangle) => sum + isTurned[triangle], 0);
    if (2 * count > piece.length) for (const triangle of piece) turn(triangle);
    turned += Math.min(count, piece.length - count);
  }
  const neighbours = triangleNeighbours(out);
  for (let edge = 0; edge < neighbours.length; edge++) {
    const own = Math.floor(edge / 3);
    if (neighbours[edge] !== own && !facesAlike(out, own, neighbours[edge])) return undefined;
  }
  return turned;
}

/** Two neighbours face alike when they run through their edge in opposite directions. */
function facesAlike(triangles: Uint32Array, one: number, other: number): boolean {
  for (let i = 3 * one; i < 3 * one + 3; i++) {
    for (let j = 3 * other; j < 3 * other + 3; j++) {
      const [a, b, c, d] = [triangles[i], triangles[nextEdge(i)], triangles[j], triangles[nextEdge(j)]];
      if (a === c && b === d) return false;
    }
  }
  return true;
}

/** The pieces of a surface as surfaces of their own, largest volume first. */
function partsOf({ points, triangles }: TriangleSurface): TriangleSurface[] {
  return pieces(triangles)
    .map((piece) =>
      withoutLooseNodes(
        points,
        Uint32Array.from(
          piece
            .sort((a, b) => a - b)
            .flatMap((at) => [triangles[3 * at], triangles[3 * at + 1], triangles[3 * at + 2]]),
        ),
      ),
    )
    .map((part) => ({ part, volume: Math.abs(surfaceVolume_mm3(part)) }))
    .sort((a, b) => b.volume - a.volume)
    .map(({ part }) => part);
}

function outward(surface: TriangleSurface): TriangleSurface {
  if (surfaceVolume_mm3(surface) >= 0) return surface;
  const triangles = surface.triangles.slice();
  for (let at = 0; at < triangles.length; at += 3)
    [triangles[at + 1], triangles[at + 2]] = [triangles[at + 2], triangles[at + 1]];
  return { points: surface.points, triangles };
}

const placeOf = (points: Float64Array, node: number): string =>
  [0, 1, 2].map((axis) => points[3 * node + axis].toFixed(1)).join(', ');
