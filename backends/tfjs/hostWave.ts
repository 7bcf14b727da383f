import { upwindWeights } from '../../twin/eikonal/dependencies.ts';
import { SEEDED, UNREACHED, type Wave } from '../../twin/eikonal/solve.ts';
import type { Seeds } from '../../twin/eikonal/sources.ts';
import type { Csr } from '../../twin/mesh/nodeTets.ts';
import type { TetMesh } from '../../twin/mesh/tetMesh.ts';

/**
 * Finds where each node's wave came from, in times that a device solved: the tetrahedron whose local solve gives the earliest, or
 * its seed. With it the host's own derivatives (`linearise`) apply to a device's activation.
 *
 * @param metric  of `tetMetric`, [tets, 12]
 * @param tau     ms, Infinity where no wave came, [nodes]
 */
export function upwindOf(mesh: TetMesh, nodeTets: Csr, metric: Float64Array, seeds: Seeds, tau: Float64Array): Wave {
  const upwind = new Int32Array(tau.length).fill(UNREACHED);
  const source = new Int32Array(tau.length).fill(-1);
  const earliest = new Float64Array(tau.length).fill(Number.POSITIVE_INFINITY);
  for (let seed = 0; seed < seeds.nodes.length; seed++) {
    const node = seeds.nodes[seed];
    earliest[node] = seeds.times_ms[seed];
    upwind[node] = SEEDED;
    source[node] = seeds.origins[seed];
  }
  const lambda = new Float64Array(3);
  for (let node = 0; node < tau.length; node++) {
    for (let at = nodeTets.starts[node]; at < nodeTets.starts[node + 1]; at++) {
      const tet = nodeTets.items[at];
      const first = 4 * tet;
      const corner =
        mesh.tets[first] === node ? 0 : mesh.tets[first + 1] === node ? 1 : mesh.tets[first + 2] === node ? 2 : 3;
      const time = upwindWeights(metric, mesh.tets, tau, tet, corner, lambda);
      if (!(time < earliest[node])) continue;
      earliest[node] = time;
      upwind[node] = first + corner;
      source[node] = -1;
    }
  }
  return { tau, upwind, source };
}
