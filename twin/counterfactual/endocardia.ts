import type { Anatomy } from '../anatomy/anatomy.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';

/** The endocardium that a place lies under: the LV's, the RV's on the septum, the RV's on its own wall. */
export type Endocardium = 'lv' | 'septum' | 'rv';

/** Muscle of the LV that lies nearer than this share of its wall to its own endocardium cannot be nearer to the RV's. */
const SURELY_LV = 0.3;
/** By how much two ways of taking the same distance may differ, by the heart's linear size. */
const SAME_DISTANCE = 0.001;

/** The endocardium nearest to a tetrahedron of the layer; muscle of the RV has its own, and muscle of the LV that lies under the RV's is septum. */
export function openEndocardia(
  {
    mesh,
    surfaces,
    coordinates,
    endocardialDistance,
  }: Pick<Anatomy, 'mesh' | 'surfaces' | 'coordinates' | 'endocardialDistance'>,
  size_mm: number,
): (tet: number) => Endocardium {
  const rv = openTriangleTree(mesh.points, surfaces.rvEndo);
  const { tets, points } = mesh;
  return (tet) => {
    let [x, y, z, right, through, nearest] = [0, 0, 0, 0, 0, 0];
    for (let corner = 4 * tet; corner < 4 * tet + 4; corner++) {
      const node = tets[corner];
      right += coordinates.transventricular[node];
      through += coordinates.transmural[node] / 4;
      nearest += endocardialDistance[node] / 4;
      x += points[3 * node] / 4;
      y += points[3 * node + 1] / 4;
      z += points[3 * node + 2] / 4;
    }
    if (right > 2) return 'rv';
    if (through < SURELY_LV) return 'lv';
    return rv.distanceFrom(x, y, z) <= nearest + SAME_DISTANCE * size_mm ? 'septum' : 'lv';
  };
}
