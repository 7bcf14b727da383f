import { REGION, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import type { HarmonicFields } from './harmonicFields.ts';

/**
 * Ventricle of each tetrahedron by shape alone, REGION.lv or REGION.rv, the septum being LV as in the meshes of the field, [tets].
 *
 * Of random walks from a place that do not end on the RV endocardium, most end on the LV endocardium in the septum and on the epicardium in the
 * RV's wall; in the LV's wall hardly any end on the RV endocardium. So a tetrahedron is RV where its mean fields have
 *
 *     φ_lv < φ_epi   and   φ_lv < φ_rv,   or on the epicardium itself  φ_lv < φ_rv
 *
 * and each is then taken by the majority of its neighbourhood, so that the border is one line.
 */
export function splitVentricles(mesh: Pick<TetMesh, 'tets' | 'points'>, fields: HarmonicFields): Uint8Array {
  const { tets } = mesh;
  const nodes = mesh.points.length / 3;
  const regions = new Uint8Array(tetCount(mesh));
  for (let tet = 0; tet < regions.length; tet++) {
    let lv = 0;
    let rv = 0;
    let epi = 0;
    for (let corner = 0; corner < 4; corner++) {
      const node = tets[4 * tet + corner];
      lv += fields.lv[node];
      rv += fields.rv[node];
      epi += fields.epi[node];
    }
    regions[tet] = lv < epi && lv < rv ? REGION.rv : REGION.lv;
  }
  const votes = new Float64Array(nodes);
  const voters = new Uint32Array(nodes);
  for (let round = 0; round < 2; round++) {
    votes.fill(0);
    voters.fill(0);
    for (let corner = 0; corner < tets.length; corner++) {
      votes[tets[corner]] += regions[corner >> 2] === REGION.rv ? 1 : 0;
      voters[tets[corner]]++;
    }
    for (let tet = 0; tet < regions.length; tet++) {
      let share = 0;
      for (let corner = 0; corner < 4; corner++) {
        const node = tets[4 * tet + corner];
        share += votes[node] / voters[node];
      }
      regions[tet] = share > 2 ? REGION.rv : REGION.lv;
    }
  }
  return regions;
}
