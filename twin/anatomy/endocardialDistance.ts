import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';
import type { Surfaces } from './anatomy.ts';
import { openTriangleTree } from './triangleTree.ts';

/**
 * Distance of every node to the nearest endocardial triangle, LV or RV: straight and exact, mm, [nodes]. The subendocardial layer that holds
 * the Purkinje–muscle junctions is where it is at most 2.5 mm.
 */
export function endocardialDistance(
  mesh: Pick<TetMesh, 'points'>,
  surfaces: Pick<Surfaces, 'lvEndo' | 'rvEndo'>,
): Float64Array {
  const endocardium = new Uint32Array(surfaces.lvEndo.length + surfaces.rvEndo.length);
  endocardium.set(surfaces.lvEndo);
  endocardium.set(surfaces.rvEndo, surfaces.lvEndo.length);
  const tree = openTriangleTree(mesh.points, endocardium);
  const distances = new Float64Array(nodeCount(mesh));
  for (let node = 0; node < distances.length; node++) {
    distances[node] = tree.distanceFrom(mesh.points[3 * node], mesh.points[3 * node + 1], mesh.points[3 * node + 2]);
  }
  for (const node of endocardium) distances[node] = 0;
  return distances;
}
