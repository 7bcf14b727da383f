import type { TorsoModel, TriangleSurface } from '../twin/conductor/torsoModel.ts';
import { writeStl } from '../twin/formats/stl.ts';

/** The body around a heart as surfaces, in the frame of its mesh. */
export function torsoFiles({
  skin,
  lungs,
  blood,
}: TorsoModel): { readonly name: string; readonly bytes: Uint8Array }[] {
  const stl = (name: string, surfaces: readonly TriangleSurface[]) => {
    const { points, triangles } = joined(surfaces);
    return triangles.length === 0 ? [] : [{ name, bytes: writeStl(points, triangles) }];
  };
  return [...stl('skin.stl', [skin]), ...stl('lungs.stl', lungs), ...stl('blood.stl', blood)];
}

/** Several surfaces as one. */
function joined(surfaces: readonly TriangleSurface[]): TriangleSurface {
  const points = new Float64Array(surfaces.reduce((sum, surface) => sum + surface.points.length, 0));
  const triangles = new Uint32Array(surfaces.reduce((sum, surface) => sum + surface.triangles.length, 0));
  let [place, corner] = [0, 0];
  for (const surface of surfaces) {
    points.set(surface.points, place);
    for (const node of surface.triangles) triangles[corner++] = node + place / 3;
    place += surface.points.length;
  }
  return { points, triangles };
}
