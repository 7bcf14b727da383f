import type { Finding } from '../errors.ts';
import { voxelEdges_mm } from './affine.ts';
import type { TissueImage } from './tissueImage.ts';

/** A map is a stack where its slices are this much thicker than the voxels in their planes. */
const STACK = 2;
/** A slice that lies this far from the straight line between its neighbours was probably taken in another breath; chosen here, about half an LV wall. */
const SHIFTED_mm = 5;

/**
 * Tells of slices of a stack that do not lie upon their neighbours: the centre of the LV's blood, held against the middle of the centres before and behind. Nothing is moved. The
 * outermost slices, where the cavity narrows to a side, are left out.
 */
export function checkSlices({ size, voxels, tissues, affine }: TissueImage, name: string): Finding[] {
  const edges = voxelEdges_mm(affine);
  const axis = edges.indexOf(Math.max(...edges));
  const code = tissues.indexOf('lvBlood') + 1;
  if (code === 0 || edges[axis] < STACK * Math.min(...edges)) return [];
  const [a, b] = [0, 1, 2].filter((other) => other !== axis);
  const strides = [1, size[0], size[0] * size[1]];
  const centres: [number, number][] = [];
  for (let slice = 0; slice < size[axis]; slice++) {
    let [count, sumA, sumB] = [0, 0, 0];
    for (let v = 0; v < size[b]; v++) {
      const row = slice * strides[axis] + v * strides[b];
      for (let u = 0; u < size[a]; u++) {
        if (voxels[row + u * strides[a]] !== code) continue;
        count++;
        sumA += u;
        sumB += v;
      }
    }
    if (count > 0) centres.push([(sumA / count) * edges[a], (sumB / count) * edges[b]]);
  }
  const shifts = centres.slice(2, -2).map(([x, y], at) => {
    const [before, behind] = [centres[at + 1], centres[at + 3]];
    return Math.hypot(x - (before[0] + behind[0]) / 2, y - (before[1] + behind[1]) / 2);
  });
  const shifted = shifts.filter((shift) => shift > SHIFTED_mm);
  if (shifted.length === 0) return [];
  return [
    {
      code: 'slices-shifted',
      severity: 'warning',
      count: shifted.length,
      message: `${name}: ${shifted.length} of ${centres.length} slices lie up to ${Math.max(...shifted).toFixed(1)} mm beside their neighbours (LV blood), expected at most ${SHIFTED_mm} mm; they were probably taken in different breaths, and were not moved`,
    },
  ];
}
