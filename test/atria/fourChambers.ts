import { DEFAULT_ANATOMY, type Point } from '../../twin/anatomy/anatomy.ts';
import { meshParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import type { Atria } from '../../twin/atria/atria.ts';
import type { VentriclesBelow } from '../../twin/atria/openings.ts';
import { type ParametricAtria, parametricAtria } from '../../twin/atria/parametricAtria.ts';
import { prepareAtria } from '../../twin/atria/prepareAtria.ts';
import type { RawMesh } from '../../twin/formats/format.ts';
import { testHeart } from '../helpers/hearts.ts';

/** Tags of the test's four-chamber hearts. */
export const REGIONS = { lv: [1], rv: [2], la: [4], ra: [5] };

/** Idealised atria on the test heart's ventricles, with walls that 3 mm tetrahedra carry. */
export interface TestAtria {
  readonly shape: ParametricAtria;
  readonly raw: RawMesh;
  readonly ventricles: VentriclesBelow;
}

export function testAtria(edge_mm = 3, wall_mm = 4): TestAtria {
  const heart = testHeart();
  const shape = parametricAtria(heart.shape.dimensions, { laVolume_mL: 70, raVolume_mL: 80, wall_mm });
  return { shape, raw: rawOf(shape, edge_mm), ventricles: heart };
}

export function rawOf(shape: ParametricAtria, edge_mm: number): RawMesh {
  const { points, tets, regions } = meshParametricHeart(shape, edge_mm);
  const tags = Int32Array.from(regions, (region) => region + 3);
  return { points, tets, tags, unit: 'mm', fibres: undefined, pointData: {}, cellData: {} };
}

export const prepared = ({ raw, ventricles }: Omit<TestAtria, 'shape'>): Atria =>
  prepareAtria(raw, { ventricles, unit: 'mm', name: 'test', settings: { ...DEFAULT_ANATOMY, regions: REGIONS } });

/** The same heart moved: points by a rotation and a shift. */
export function moved({ raw, ventricles }: TestAtria, move: (point: Point) => Point): Omit<TestAtria, 'shape'> {
  const points = (all: Float64Array) => {
    const out = new Float64Array(all.length);
    for (let at = 0; at < all.length; at += 3) out.set(move([all[at], all[at + 1], all[at + 2]]), at);
    return out;
  };
  const { mesh, surfaces } = ventricles;
  return {
    raw: { ...raw, points: points(raw.points) },
    ventricles: { mesh: { ...mesh, points: points(mesh.points) }, surfaces },
  };
}
