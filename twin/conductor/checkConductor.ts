import { type Finding, TwinError } from '../errors.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { DEFAULT_CONDUCTOR } from './conductorSettings.ts';
import { type ClosedSurface, neighboursAcross } from './signedDistance.ts';
import type { ConductorConductivity, TriangleSurface } from './torsoModel.ts';
import { surfaceVolume_mm3 } from './torsoSurface.ts';

/** Volumes that a skin may enclose, L: a small child's chest to the largest body. */
const LEAST_L = 1;
const MOST_L = 300;
/** Nodes of the heart that are tried against the skin before anything is meshed: every k-th, about this many. */
const TRIED_NODES = 1000;

/**
 * The skin as an outward, closed surface.
 *
 * @throws TwinError BadAnatomy when it is open, not a manifold, or of an impossible size
 */
export function checkSkin(skin: TriangleSurface): { skin: TriangleSurface; findings: Finding[] } {
  const { points, triangles } = skin;
  const open = neighboursAcross(triangles).reduce((sum, other) => sum + (other < 0 ? 1 : 0), 0);
  if (open > 0 || triangles.length === 0) {
    throw new TwinError(
      'BadAnatomy',
      `the torso's skin is not closed: ${open} of ${triangles.length} edges of its triangles are not shared by exactly one other that runs the opposite way; expected a watertight surface with one orientation; close its holes at neck, arms and hip, and merge duplicate points`,
      { openEdges: open, triangles: triangles.length / 3 },
    );
  }
  const volume_mm3 = surfaceVolume_mm3(skin);
  const volume_L = Math.abs(volume_mm3) / 1e6;
  if (!(volume_L >= LEAST_L && volume_L <= MOST_L)) {
    throw new TwinError(
      'BadAnatomy',
      `the torso's skin encloses ${volume_L.toPrecision(3)} L; expected ${LEAST_L} to ${MOST_L} L; check the unit of the torso's surfaces`,
      { volume_L },
    );
  }
  if (volume_mm3 > 0) return { skin, findings: [] };
  const turned = triangles.map((_, at) => triangles[at % 3 === 0 ? at : at % 3 === 1 ? at + 1 : at - 1]);
  return {
    skin: { points, triangles: turned },
    findings: [
      {
        code: 'skin-inward',
        severity: 'repaired',
        message: "The triangles of the torso's skin faced inward and were turned.",
      },
    ],
  };
}

/** @throws TwinError BadAnatomy when muscle lies outside the skin */
export function checkHeartInside(skin: ClosedSurface, heart: Pick<TetMesh, 'points' | 'tets'>): void {
  const step = Math.max(1, Math.floor(heart.tets.length / TRIED_NODES));
  let tried = 0;
  let outside = 0;
  let farthest_mm = 0;
  for (let at = 0; at < heart.tets.length; at += step) {
    const node = 3 * heart.tets[at];
    const distance = skin.signedDistance(heart.points[node], heart.points[node + 1], heart.points[node + 2]);
    tried++;
    if (distance < 0) continue;
    outside++;
    farthest_mm = Math.max(farthest_mm, distance);
  }
  if (outside > 0)
    throw heartOutside(
      `${outside} of ${tried} places tried in its muscle lie outside, up to ${farthest_mm.toFixed(1)} mm`,
    );
}

export function heartOutside(found: string): TwinError {
  return new TwinError(
    'BadAnatomy',
    `the heart reaches out of the torso's skin: ${found}; expected all of it inside; check that both are in one frame and one unit`,
  );
}

const CONDUCTIVITIES = Object.keys(DEFAULT_CONDUCTOR) as (keyof ConductorConductivity)[];

/** @throws TwinError BadStudy when a conductivity is not a positive number */
export function checkConductivity(conductivity: ConductorConductivity): void {
  for (const name of CONDUCTIVITIES) {
    const value = conductivity[name];
    if (Number.isFinite(value) && value > 0) continue;
    throw new TwinError('BadStudy', `conductivity ${name}: found ${value}, expected a positive number of S/m`, {
      name,
    });
  }
}
