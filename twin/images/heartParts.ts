import type { RawMesh } from '../formats/format.ts';
import { connectedParts } from '../mesh/parts.ts';
import { tetVolume } from '../mesh/volume.ts';
import type { MaterialMesh } from '../meshing/meshMaterials.ts';

/** Some materials of a mesh as a mesh of their own. */
export interface HeartPart {
  /** mm; tags as wanted */
  readonly raw: RawMesh;
  /** The mesh's node → its node here, −1 where it has none, [nodes] */
  readonly newNode: Int32Array;
  /** Volume that was left out because it hangs on nothing, mm³ */
  readonly detached_mm3: number;
}

/**
 * Cuts materials out of a mesh, of which the largest connected part is kept; nodes and tetrahedra keep their order.
 *
 * @param tagOf  tag by material, 0 where it is not wanted
 */
export function heartPartOf(mesh: MaterialMesh, tagOf: readonly number[]): HeartPart {
  const { points, tets, materials } = mesh;
  const nodes = points.length / 3;
  const wanted = tets.filter((_, at) => tagOf[materials[at >> 2]] > 0);
  const tags = Int32Array.from(
    materials.filter((material) => tagOf[material] > 0),
    (material) => tagOf[material],
  );
  const { count, partOfTet } = connectedParts(wanted, nodes);
  const volumes = new Float64Array(Math.max(count, 1));
  const geometry = { points, tets: wanted };
  for (let tet = 0; tet < partOfTet.length; tet++) volumes[partOfTet[tet]] += tetVolume(geometry, tet);
  let largest = 0;
  let total = 0;
  for (let part = 0; part < count; part++) {
    total += volumes[part];
    if (volumes[part] > volumes[largest]) largest = part;
  }
  const kept = wanted.filter((_, at) => partOfTet[at >> 2] === largest);
  const newNode = new Int32Array(nodes).fill(-1);
  for (const node of kept) newNode[node] = 0;
  let used = 0;
  for (let node = 0; node < nodes; node++) if (newNode[node] === 0) newNode[node] = used++;
  const raw: RawMesh = {
    points: points.filter((_, at) => newNode[Math.floor(at / 3)] >= 0),
    unit: 'mm',
    tets: kept.map((node) => newNode[node]),
    tags: tags.filter((_, tet) => partOfTet[tet] === largest),
    fibres: undefined,
    pointData: {},
    cellData: {},
  };
  return { raw, newNode, detached_mm3: total - volumes[largest] };
}
