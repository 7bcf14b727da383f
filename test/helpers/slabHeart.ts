import type { Anatomy } from '../../twin/anatomy/anatomy.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { ringElectrodes } from './electrodes.ts';
import { blockMesh } from './meshes.ts';

/**
 * A slab of muscle 9 mm thick as the simplest heart that can be calibrated: its lower face is the endocardium, one half is LV and the other RV, y runs
 * from apex to base. Fibres turn through the wall.
 *
 * @param cells  along the longer sides, of `edge_mm` each
 */
export function slabHeart(cells = 16, edge_mm = 3): Anatomy {
  const length = cells * edge_mm;
  const depth = Math.round(9 / edge_mm);
  const mesh = blockMesh(cells, cells, depth, edge_mm, {
    jitter: 0.15,
    fibre: ([, , z]) => {
      const angle = ((60 - (120 * z) / 9) * Math.PI) / 180;
      return [Math.cos(angle), Math.sin(angle), 0];
    },
    region: ([x]) => (x < length / 2 ? REGION.lv : REGION.rv),
  });
  const onNodes = (value: (x: number, y: number, z: number) => number) =>
    Float64Array.from({ length: mesh.points.length / 3 }, (_, node) =>
      value(mesh.points[3 * node], mesh.points[3 * node + 1], mesh.points[3 * node + 2]),
    );
  const none = new Uint32Array(0);
  return {
    mesh,
    surfaces: { lvEndo: none, rvEndo: none, epi: none, base: none },
    coordinates: {
      apicobasal: onNodes((_x, y) => y / length),
      transmural: onNodes((_x, _y, z) => z / 9),
      rotational: onNodes((x) => (Math.abs(x - length / 2) / length) * Math.PI),
      transventricular: onNodes((x) => (x > length / 2 ? 1 : 0)),
    },
    endocardialDistance: onNodes((_x, _y, z) => z),
    electrodes: ringElectrodes(80, [length / 2, length / 2, 4.5]),
    findings: [],
    origin: { fibres: 'file', regions: 'file', electrodes: 'file' },
  };
}
