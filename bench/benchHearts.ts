import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeAnatomy, encodeAnatomy } from '../activities/encoding/encode.ts';
import type { SyntheticPerson } from '../cohorts/population/people.ts';
import { type HeartPlacement, meshInTorso, meshWithFibres, placeHeart } from '../cohorts/population/placedHeart.ts';
import { type Anatomy, DEFAULT_ANATOMY } from '../twin/anatomy/anatomy.ts';
import { heartOfSize } from '../twin/anatomy/parametricHeart.ts';
import { prepareAnatomy } from '../twin/anatomy/prepareAnatomy.ts';
import { REGION } from '../twin/mesh/tetMesh.ts';

/** Mean edge lengths of the benchmark's meshes, mm, and the nodes that they give (rounded). */
export const BENCH_EDGES = [
  { edge_mm: 3.2, nodes: '14k' },
  { edge_mm: 2.15, nodes: '40k' },
  { edge_mm: 1.3, nodes: '150k' },
  { edge_mm: 1.08, nodes: '258k' },
] as const;

/** The man whose heart all benchmarks use: of average size in the reference ranges of the synthetic population. */
export const BENCH_PERSON: SyntheticPerson = {
  subject: 'bench',
  sex: 'male',
  age_y: 50,
  height_cm: 178,
  weight_kg: 80,
  lvMass_g: 134,
  lvEdv_mL: 160,
  velocityFactor: 1,
  ariDelay_ms: 0,
  seed: 1,
  isBroken: false,
};

/** Raised when the meshes change, so that cached ones are not taken for them. */
const VERSION = '1';

/**
 * One parametric heart with fibres, coordinates and electrodes at an edge length; the same shape in the same torso at every edge length. Made once
 * and kept in the cache folder, since coordinates of a fine mesh take half a minute.
 */
export async function openBenchAnatomy(edge_mm: number, cacheFolder: string): Promise<Anatomy> {
  const key = createHash('sha256')
    .update(JSON.stringify([VERSION, BENCH_PERSON, edge_mm]))
    .digest('hex')
    .slice(0, 16);
  const file = join(cacheFolder, 'bench', `${key}.safetensors`);
  const kept = await readFile(file).catch(() => undefined); // not made yet
  if (kept !== undefined) return decodeAnatomy(kept, file);
  const anatomy = benchAnatomy(edge_mm);
  await mkdir(join(cacheFolder, 'bench'), { recursive: true });
  await writeFile(`${file}.part`, encodeAnatomy(anatomy));
  await rename(`${file}.part`, file);
  return anatomy;
}

/** The pose and electrodes come from a mesh of one edge length, so that every mesh of the heart lies in the same place. */
const POSE_EDGE_mm = 3;

/** Where the benchmark's heart lies in its torso. */
export function benchPlacement(): HeartPlacement {
  return placeHeart(BENCH_PERSON, meshWithFibres(heartOfSize(BENCH_PERSON), POSE_EDGE_mm));
}

function benchAnatomy(edge_mm: number): Anatomy {
  const heart = heartOfSize(BENCH_PERSON);
  const placement = benchPlacement();
  const mesh = meshInTorso(meshWithFibres(heart, edge_mm), placement);
  return prepareAnatomy({
    raw: {
      points: mesh.points,
      unit: 'mm',
      tets: mesh.tets,
      tags: Int32Array.from(mesh.regions),
      fibres: mesh.fibres,
      pointData: {},
      cellData: {},
    },
    name: 'benchmark',
    electrodes: placement.electrodes,
    body: undefined,
    settings: { ...DEFAULT_ANATOMY, regions: { lv: [REGION.lv], rv: [REGION.rv] } },
  });
}
