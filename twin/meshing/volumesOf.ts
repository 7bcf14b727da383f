import { latticePosition, type OwnedLattice } from './lattice.ts';
import { type Materials, ownerOf, runnerUpOf } from './materials.ts';

/** Samples along the edge of a cube that an interface crosses. */
const SAMPLES = 3;

/**
 * Volumes of materials by sampling, mm³, [materials]: cubes of the lattice with one owner count whole; in others each sample's share of
 * the lowest material is ½ + distance to the next one over the samples' distance, the rest goes to the next: second order in that distance.
 */
export function volumesOf(lattice: OwnedLattice, materials: Materials): Float64Array {
  const { owners, counts, strides, spacing_mm } = lattice;
  const [nx, ny, nz] = counts;
  const count = materials.names.length;
  const volumes = new Float64Array(count + 1);
  const values = new Float64Array(count + 1);
  const at = new Float64Array(3);
  const step = spacing_mm / SAMPLES;
  const cell = step ** 3;
  for (let k = 0; k < nz - 1; k++) {
    for (let j = 0; j < ny - 1; j++) {
      for (let i = 0; i < nx - 1; i++) {
        const node = 2 * (i + nx * (j + ny * k));
        const owner = owners[node];
        let isWhole = owners[node + 1] === owner;
        for (let corner = 1; isWhole && corner < 8; corner++) {
          const other =
            node + (corner & 1) * strides[0] + ((corner >> 1) & 1) * strides[1] + (corner >> 2) * strides[2];
          isWhole = owners[other] === owner;
        }
        if (isWhole) {
          volumes[owner] += spacing_mm ** 3;
          continue;
        }
        latticePosition(lattice, node, at);
        for (let sample = 0; sample < SAMPLES ** 3; sample++) {
          const x = at[0] + ((sample % SAMPLES) + 0.5) * step;
          const y = at[1] + ((Math.floor(sample / SAMPLES) % SAMPLES) + 0.5) * step;
          const z = at[2] + (Math.floor(sample / SAMPLES ** 2) + 0.5) * step;
          materials.sampleAll(x, y, z, values);
          const first = ownerOf(values);
          const second = runnerUpOf(values, first);
          const share = Math.min(1, 0.5 + (values[second] - values[first]) / (2 * step));
          volumes[first] += share * cell;
          volumes[second] += (1 - share) * cell;
        }
      }
    }
  }
  return volumes.slice(0, count);
}
