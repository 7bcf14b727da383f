import type { Anatomy } from '../anatomy/anatomy.ts';
import { nodeCount, REGION, tetCount } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';

/** Ventricle of each tetrahedron, REGION.lv or REGION.rv, [tets]: its region, and for a scar the side on which most of its nodes lie. */
export function ventricleOfTets({ mesh, coordinates }: Pick<Anatomy, 'mesh' | 'coordinates'>): Uint8Array {
  const ventricles = new Uint8Array(tetCount(mesh));
  for (let tet = 0; tet < ventricles.length; tet++) {
    let right = 0;
    for (let corner = 0; corner < 4; corner++) right += coordinates.transventricular[mesh.tets[4 * tet + corner]];
    const byNodes = right > 2 ? REGION.rv : REGION.lv;
    ventricles[tet] = mesh.regions[tet] === REGION.scar ? byNodes : mesh.regions[tet];
  }
  return ventricles;
}

/** Muscle of one ventricle around each node, mm³, [nodes]: a quarter of each of its tetrahedra. */
export function nodeVolumes(anatomy: Pick<Anatomy, 'mesh' | 'coordinates'>, ventricle: number): Float64Array {
  const { mesh } = anatomy;
  const ventricles = ventricleOfTets(anatomy);
  const volumes = tetVolumes(mesh);
  const shares = new Float64Array(nodeCount(mesh));
  for (let corner = 0; corner < mesh.tets.length; corner++) {
    const tet = corner >> 2;
    if (ventricles[tet] === ventricle) shares[mesh.tets[corner]] += volumes[tet] / 4;
  }
  return shares;
}
