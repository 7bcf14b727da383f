import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import type { FittedTets } from './fitSurface.ts';
import { emptyGrid, paintSurface, paintTets, type TissueGrid, valueAt } from './tissueGrid.ts';
import { layeredMean, plainMean, type Samples } from './tissueMeans.ts';
import type { ConductorConductivity, TorsoModel } from './torsoModel.ts';

/** Cells that tissue is painted on: near the heart, where walls are thin, and in the body, where lungs are large; mm. */
const HEART_CELL_mm = 1.2;
const BODY_CELL_mm = 4;
const MOST_CELLS = 6e6;
/** Samples along an edge of a tetrahedron: about one for each cell, and no more than this. */
const MOST_SAMPLES = 6;

/** What lies where in a body, as two painted grids. */
export interface TissueMap {
  /** Muscle as its tetrahedron's number (the heart's first, then the atria's), blood as BLOOD */
  readonly heart: TissueGrid;
  /** Lungs as LUNG, for guesses */
  readonly body: TissueGrid;
}

/** Painted numbers that are not tetrahedra: as large as an Int32 holds. */
const BLOOD = 0x7fffffff;
const LUNG = 1;
/** Tissues that are not painted as such. */
const MUSCLE = 2;
const TORSO = 3;

/** Paints a body: lungs, over them blood, over it muscle. */
export function paintTissue(heart: TetMesh, atria: TetMesh | undefined, torso: TorsoModel): TissueMap {
  const inner = boxOf([
    heart.points,
    ...(atria === undefined ? [] : [atria.points]),
    ...torso.blood.map((s) => s.points),
  ]);
  const outer = boxOf(torso.lungs.length > 0 ? torso.lungs.map((s) => s.points) : [heart.points]);
  const map: TissueMap = {
    heart: emptyGrid(inner.min, inner.max, HEART_CELL_mm, MOST_CELLS),
    body: emptyGrid(outer.min, outer.max, torso.lungs.length > 0 ? BODY_CELL_mm : 100, MOST_CELLS),
  };
  for (const lung of torso.lungs) paintSurface(map.body, lung, LUNG);
  for (const blood of torso.blood) paintSurface(map.heart, blood, BLOOD);
  if (atria !== undefined) paintTets(map.heart, atria, tetCount(heart));
  paintTets(map.heart, heart, 0);
  return map;
}

/**
 * Bulk conductivity of each tetrahedron of the conductor from points spread evenly in it. Where all are of one tissue, the mean:
 *
 *     σ = ⟨σ(x)⟩,   muscle: (σ_it + σ_et) I + (σ_if + σ_ef − σ_it − σ_et) f fᵀ
 *
 * Where a boundary of tissues runs through it, that of thin layers across n, the direction in which ln σ changes (least squares over the
 * points): currents across the boundary pass the tissues one after the other, currents along it side by side,
 *
 *     σ = ⟨σ − s sᵀ/a⟩ + ⟨s/a⟩⟨s/a⟩ᵀ / ⟨1/a⟩,   s = σ n,  a = nᵀ σ n
 *
 * which for isotropic tissues is the harmonic mean along n and the arithmetic one across it.
 *
 * @returns S/m, [tets, 6] as xx xy xz yy yz zz
 */
export function tissueTensors(
  { mesh: { points, tets }, isInside }: FittedTets,
  map: TissueMap,
  muscle: readonly TetMesh[],
  conductivity: ConductorConductivity,
): Float64Array {
  const out = new Float64Array((tets.length / 4) * 6);
  const fibresOf = joined(muscle.map((mesh) => mesh.fibres));
  const across = conductivity.intracellularTransverse_S_m + conductivity.extracellularTransverse_S_m;
  const along = conductivity.intracellularFibre_S_m + conductivity.extracellularFibre_S_m - across;
  const samples = Array.from({ length: MOST_SAMPLES + 1 }, (_, count) => samplePoints(count));
  const most = samples[MOST_SAMPLES].length / 3;
  const work: Samples = {
    places: new Float64Array(3 * most),
    isotropic: new Float64Array(most),
    fibres: new Float64Array(3 * most),
    along,
    count: 0,
  };
  const { places, isotropic, fibres } = work;
  const tensor = new Float64Array(6);
  for (let tet = 0; tet < tets.length / 4; tet++) {
    const [a, b, c, d] = [3 * tets[4 * tet], 3 * tets[4 * tet + 1], 3 * tets[4 * tet + 2], 3 * tets[4 * tet + 3]];
    const ax = points[a];
    const ay = points[a + 1];
    const az = points[a + 2];
    const bx = points[b] - ax;
    const by = points[b + 1] - ay;
    const bz = points[b + 2] - az;
    const cx = points[c] - ax;
    const cy = points[c + 1] - ay;
    const cz = points[c + 2] - az;
    const dx = points[d] - ax;
    const dy = points[d + 1] - ay;
    const dz = points[d + 2] - az;
    const around = isInside[tet] === 1 ? LUNG : TORSO;
    const bulk = around === LUNG ? conductivity.lungs_S_m : conductivity.torso_S_m;
    if (
      !mayTouch(
        map.heart,
        ax,
        ay,
        az,
        Math.max(
          Math.abs(bx),
          Math.abs(by),
          Math.abs(bz),
          Math.abs(cx),
          Math.abs(cy),
          Math.abs(cz),
          Math.abs(dx),
          Math.abs(dy),
          Math.abs(dz),
        ),
      )
    ) {
      out[6 * tet] = bulk;
      out[6 * tet + 3] = bulk;
      out[6 * tet + 5] = bulk;
      continue;
    }
    const six = bx * (cy * dz - cz * dy) + by * (cz * dx - cx * dz) + bz * (cx * dy - cy * dx);
    const shares = samples[Math.min(Math.max(Math.ceil(Math.cbrt(six) / 1.5), 3), MOST_SAMPLES)];
    work.count = shares.length / 3;
    let isMixed = false;
    let firstTissue = 0;
    for (let at = 0; at < shares.length; at += 3) {
      const u = shares[at];
      const v = shares[at + 1];
      const w = shares[at + 2];
      const x = u * bx + v * cx + w * dx;
      const y = u * by + v * cy + w * dy;
      const z = u * bz + v * cz + w * dz;
      places[at] = x;
      places[at + 1] = y;
      places[at + 2] = z;
      fibres[at] = 0;
      fibres[at + 1] = 0;
      fibres[at + 2] = 0;
      const painted = valueAt(map.heart, ax + x, ay + y, az + z);
      let tissue = around;
      let value = bulk;
      if (painted === BLOOD) {
        tissue = BLOOD;
        value = conductivity.blood_S_m;
      } else if (painted >= 0) {
        tissue = MUSCLE;
        fibres[at] = fibresOf[3 * painted];
        fibres[at + 1] = fibresOf[3 * painted + 1];
        fibres[at + 2] = fibresOf[3 * painted + 2];
        const hasFibre = fibres[at] !== 0 || fibres[at + 1] !== 0 || fibres[at + 2] !== 0;
        value = hasFibre ? across : across + along / 3;
      }
      isotropic[at / 3] = value;
      if (at === 0) firstTissue = tissue;
      else if (tissue !== firstTissue) isMixed = true;
    }
    if (!isMixed || !layeredMean(work, tensor)) plainMean(work, tensor);
    out.set(tensor, 6 * tet);
  }
  return out;
}

/** Whether a place is painted as muscle. */
export const isMuscleAt =
  ({ heart }: TissueMap) =>
  (x: number, y: number, z: number): boolean => {
    const painted = valueAt(heart, x, y, z);
    return painted >= 0 && painted !== BLOOD;
  };

/** Whether a place is painted as lung. */
export const isLungAt =
  ({ body }: TissueMap) =>
  (x: number, y: number, z: number): boolean =>
    valueAt(body, x, y, z) === LUNG;

/** Whether a grid comes within a reach of a place along every axis. */
function mayTouch({ origin, cell_mm, counts }: TissueGrid, x: number, y: number, z: number, reach_mm: number): boolean {
  const margin = reach_mm + cell_mm;
  return (
    x > origin[0] - margin &&
    y > origin[1] - margin &&
    z > origin[2] - margin &&
    x < origin[0] + counts[0] * cell_mm + margin &&
    y < origin[1] + counts[1] * cell_mm + margin &&
    z < origin[2] + counts[2] * cell_mm + margin
  );
}

/** Centres of the small tetrahedra that point as the large one when each edge is parted in `count`: barycentric coordinates 1 to 3, [points, 3] */
function samplePoints(count: number): Float64Array {
  const out: number[] = [];
  for (let i = 0; i < count; i++)
    for (let j = 0; i + j < count; j++)
      for (let k = 0; i + j + k < count; k++) out.push((i + 0.25) / count, (j + 0.25) / count, (k + 0.25) / count);
  return Float64Array.from(out);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    out.set(part, end);
    end += part.length;
  }
  return out;
}

function boxOf(clouds: readonly Float64Array[]): { min: [number, number, number]; max: [number, number, number] } {
  const min: [number, number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max: [number, number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cloud of clouds) {
    for (let at = 0; at < cloud.length; at++) {
      const axis = at % 3;
      if (cloud[at] < min[axis]) min[axis] = cloud[at];
      if (cloud[at] > max[axis]) max[axis] = cloud[at];
    }
  }
  return { min, max };
}
