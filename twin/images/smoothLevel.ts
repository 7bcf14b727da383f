/** Voxels from the boundary within which a level set is smoothed, in edges. */
const BAND = 2.5;
/** Least distance of a voxel's centre from the boundary, in edges: near enough to 0 that a slanted plane of voxels becomes plane again. */
const KEPT = 0.05;
/** Weight of the neighbours' mean. */
const WEIGHT = 0.8;

/**
 * Takes the steps of voxels off a signed distance: repeated means with the six neighbours in a band around the boundary, under the
 * constraint that no voxel's centre changes sides, so that thin walls stay and nothing moves by more than half an edge. After R. Whitaker,
 * Reducing aliasing artifacts in iso-surfaces of binary volumes (Whitaker, IEEE Volume Visualization, 2000), with means of distances in place of its flow by curvature.
 *
 * @param spacing  edge of the cubes, mm
 * @param out      signed distances, mm, [k, j, i]
 */
export function smoothLevel(
  size: readonly [number, number, number],
  spacing: number,
  rounds: number,
  out: Float32Array,
): void {
  const [ni, nj, nk] = size;
  const plane = ni * nj;
  const band: number[] = [];
  for (let k = 1; k < nk - 1; k++) {
    for (let j = 1; j < nj - 1; j++) {
      for (let i = 1, at = 1 + ni * (j + nj * k); i < ni - 1; i++, at++) {
        if (Math.abs(out[at]) < BAND * spacing) band.push(at);
      }
    }
  }
  const next = new Float32Array(band.length);
  const kept = KEPT * spacing;
  for (let round = 0; round < rounds; round++) {
    for (let entry = 0; entry < band.length; entry++) {
      const at = band[entry];
      const value = out[at];
      const mean = (out[at - 1] + out[at + 1] + out[at - ni] + out[at + ni] + out[at - plane] + out[at + plane]) / 6;
      const moved = value + WEIGHT * (mean - value);
      next[entry] = value < 0 ? Math.min(moved, -kept) : Math.max(moved, kept);
    }
    for (let entry = 0; entry < band.length; entry++) out[band[entry]] = next[entry];
  }
}
