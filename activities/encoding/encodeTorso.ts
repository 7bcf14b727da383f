import { z } from 'zod';
import type { TorsoModel, TriangleSurface } from '../../twin/conductor/torsoModel.ts';
import { findings, point } from './facts.ts';
import { type GetArray, rows, type Tensor } from './safetensors.ts';

/** What an anatomy artifact says of a torso beside its surfaces. */
export const torsoFacts = z.strictObject({
  origin: z.enum(['file', 'labels', 'statistical']),
  frame: z.strictObject({ rotation: z.array(z.number()).length(9), origin: point }).exactOptional(),
  findings,
  lungs: z.int().nonnegative(),
  blood: z.int().nonnegative(),
});

/** Facts and arrays of a torso; all names begin with `torso.`. */
export function encodeTorso({ skin, lungs, blood, ...facts }: TorsoModel) {
  const arrays: Record<string, Tensor> = {};
  const add = (name: string, { points, triangles }: TriangleSurface) => {
    arrays[`torso.${name}.points`] = rows(points, 3);
    arrays[`torso.${name}.triangles`] = rows(triangles, 3);
  };
  add('skin', skin);
  for (const [at, lung] of lungs.entries()) add(`lungs.${at}`, lung);
  for (const [at, pool] of blood.entries()) add(`blood.${at}`, pool);
  return { facts: { ...facts, lungs: lungs.length, blood: blood.length }, arrays };
}

/** @param array  throws where the artifact has no such array */
export function decodeTorso({ lungs, blood, ...facts }: z.infer<typeof torsoFacts>, array: GetArray): TorsoModel {
  const surface = (name: string): TriangleSurface => ({
    points: array(`torso.${name}.points`, Float64Array),
    triangles: array(`torso.${name}.triangles`, Uint32Array),
  });
  const several = (name: string, count: number) => Array.from({ length: count }, (_, at) => surface(`${name}.${at}`));
  return { skin: surface('skin'), lungs: several('lungs', lungs), blood: several('blood', blood), ...facts };
}
