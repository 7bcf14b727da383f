import { type Finding, TwinError } from '../errors.ts';
import { mLFromMm3 } from '../units.ts';
import { voxelVolume_mm3 } from './affine.ts';
import { cropTissues, tissueBox } from './cropTissues.ts';
import type { Tissue } from './labelImage.ts';
import type { TissueImage } from './tissueImage.ts';
import { partAt, type VoxelParts, voxelParts } from './voxelParts.ts';

/** What is mended in label maps; what is not to be mended is told. */
export interface CleanOptions {
  /** Keep the largest part of each chamber and of its muscle, and of other tissues all but crumbs */
  readonly islands: boolean;
  /** Fill background that a tissue encloses */
  readonly holes: boolean;
  /** Largest share of a tissue that may be taken away or added */
  readonly most: number;
}

export const DEFAULT_CLEANING: CleanOptions = { islands: true, holes: true, most: 0.2 };

/** Tissues of which there is one part in a body; of the others, only crumbs are no part of it. */
const ONE_PART: readonly Tissue[] = ['lvMuscle', 'lvBlood', 'rvBlood', 'laBlood', 'raBlood', 'pulmonaryArtery'];
/** Below this a part is a crumb, and an enclosed piece of background a hole; larger ones may be a valve's or a fat pad's. Chosen here. */
const CRUMB_mL = 0.1;
const HOLE_mL = 1;

/**
 * Mends a tissue map as a segmentation leaves it: islands and holes become what most of the voxels around them are. Everything is counted; a tissue of which more than the share `most` would
 * change is refused, since then the map and not a crumb is wrong.
 *
 * @param name  file name, for messages
 * @throws TwinError BadAnatomy when a tissue would change by more than `most`
 */
export function cleanLabels(image: TissueImage, name: string, options: Partial<CleanOptions> = {}): TissueImage {
  const { islands, holes, most } = { ...DEFAULT_CLEANING, ...options };
  const box = tissueBox(image);
  if (!box) return image;
  const rimmed = cropTissues(image, {
    low: [box.low[0] - 1, box.low[1] - 1, box.low[2] - 1],
    high: [box.high[0] + 1, box.high[1] + 1, box.high[2] + 1],
  });
  const voxel_mL = mLFromMm3(voxelVolume_mm3(image.affine));
  const parts = voxelParts(rimmed.size, rimmed.voxels);
  const found = oddParts(parts, image.tissues, voxel_mL);
  const changed = new Set([...(islands ? found.islands : []), ...(holes ? found.holes : [])]);
  const findings = [
    ...tell('islands', found.islands, parts, image.tissues, voxel_mL, islands),
    ...tell('holes', found.holes, parts, image.tissues, voxel_mL, holes),
  ];
  if (changed.size === 0) return { ...image, findings: [...image.findings, ...findings] };
  const newCodes = surroundings(rimmed, parts, changed);
  refuseMuch({ parts, newCodes, changed, tissues: image.tissues, voxel_mL, most, name });
  const voxels = recode(rimmed.voxels, parts, newCodes, changed);
  const cleaned = cropTissues(
    { ...rimmed, voxels },
    {
      low: [1 - box.low[0], 1 - box.low[1], 1 - box.low[2]],
      high: [image.size[0] - box.low[0], image.size[1] - box.low[1], image.size[2] - box.low[2]],
    },
  );
  return { ...image, voxels: cleaned.voxels, findings: [...image.findings, ...findings] };
}

function oddParts({ codes, sizes }: VoxelParts, tissues: readonly Tissue[], voxel_mL: number) {
  const largest = new Int32Array(tissues.length + 1).fill(-1);
  for (let part = 0; part < codes.length; part++) {
    const known = largest[codes[part]];
    if (known < 0 || sizes[part] > sizes[known]) largest[codes[part]] = part;
  }
  const islands: number[] = [];
  const holes: number[] = [];
  // Part 0 is the background outside.
  for (let part = 1; part < codes.length; part++) {
    const volume_mL = sizes[part] * voxel_mL;
    const code = codes[part];
    if (code === 0) {
      if (volume_mL <= HOLE_mL) holes.push(part);
    } else if (part !== largest[code] && (ONE_PART.includes(tissues[code - 1]) || volume_mL <= CRUMB_mL))
      islands.push(part);
  }
  return { islands, holes };
}

/** Runs of the parts that change, as voxels from and to. */
function changedRuns({ runStarts, runParts }: VoxelParts, changed: ReadonlySet<number>, length: number) {
  const runs: { readonly part: number; readonly from: number; readonly to: number }[] = [];
  for (let run = 0; run < runStarts.length; run++) {
    const part = runParts[run];
    if (changed.has(part)) runs.push({ part, from: runStarts[run], to: runStarts[run + 1] ?? length });
  }
  return runs;
}

/** The code that each part gets: its own, or that of most of the faces around it. Parts inside others that change too take several rounds. */
function surroundings(
  { size, voxels, tissues }: TissueImage,
  parts: VoxelParts,
  changed: ReadonlySet<number>,
): Uint8Array {
  const result = Uint8Array.from(parts.codes);
  const waiting = new Set(changed);
  const runs = changedRuns(parts, changed, voxels.length);
  const steps = [1, size[0], size[0] * size[1]].flatMap((stride) => [-stride, stride]);
  for (let round = 0; waiting.size > 0; round++) {
    const votes = new Map([...waiting].map((part) => [part, new Float64Array(tissues.length + 1)]));
    for (const { part, from, to } of runs) {
      const own = votes.get(part);
      if (!own) continue;
      for (let at = from; at < to; at++) {
        for (const step of steps) {
          const other = partAt(parts, at + step);
          if (other !== part && !waiting.has(other)) own[result[other]]++;
        }
      }
    }
    for (const [part, own] of votes) {
      const winner = own.indexOf(Math.max(...own));
      if (own[winner] === 0 && round < MOST_ROUNDS) continue;
      result[part] = winner;
      waiting.delete(part);
    }
  }
  return result;
}

function recode(voxels: Uint8Array, parts: VoxelParts, newCodes: Uint8Array, changed: ReadonlySet<number>): Uint8Array {
  const out = Uint8Array.from(voxels);
  for (const { part, from, to } of changedRuns(parts, changed, voxels.length)) out.fill(newCodes[part], from, to);
  return out;
}

/** Islands within islands are no deeper than a few. */
const MOST_ROUNDS = 4;

interface Change {
  readonly parts: VoxelParts;
  readonly newCodes: Uint8Array;
  readonly changed: ReadonlySet<number>;
  readonly tissues: readonly Tissue[];
  readonly voxel_mL: number;
  readonly most: number;
  readonly name: string;
}

function refuseMuch({ parts: { codes, sizes }, newCodes, changed, tissues, voxel_mL, most, name }: Change): void {
  const before = new Float64Array(tissues.length + 1);
  const moved = new Float64Array(tissues.length + 1);
  codes.forEach((code, part) => {
    before[code] += sizes[part];
    if (!changed.has(part)) return;
    moved[code] += sizes[part];
    moved[newCodes[part]] += sizes[part];
  });
  tissues.forEach((tissue, at) => {
    if (moved[at + 1] <= most * before[at + 1]) return;
    const volumes = Array.from(sizes)
      .filter((_, part) => codes[part] === at + 1)
      .sort((a, b) => b - a)
      .map((size) => (size * voxel_mL).toFixed(2));
    const listed = `${volumes.slice(0, 5).join(', ')}${volumes.length > 5 ? ', …' : ''} mL`;
    throw new TwinError(
      'BadAnatomy',
      `${name}: ${tissue} is in ${volumes.length} parts (${listed}); keeping the largest and filling holes would change ${((100 * moved[at + 1]) / before[at + 1]).toFixed(0)} % of it, expected at most ${100 * most} %; look at the segmentation`,
      { file: name, tissue, parts: volumes.length },
    );
  });
}

function tell(
  what: 'islands' | 'holes',
  found: readonly number[],
  { codes, sizes }: VoxelParts,
  tissues: readonly Tissue[],
  voxel_mL: number,
  isMended: boolean,
): Finding[] {
  if (found.length === 0) return [];
  const lines = ['background', ...tissues].flatMap((tissue, code) => {
    const own = found.filter((part) => codes[part] === code);
    const volume_mL = own.reduce((sum, part) => sum + sizes[part], 0) * voxel_mL;
    return own.length === 0 ? [] : [`${own.length} of ${tissue} (${volume_mL.toFixed(3)} mL)`];
  });
  const kind = `${what === 'islands' ? 'detached part' : 'enclosed hole'}${found.length === 1 ? '' : 's'}`;
  const remedy = isMended ? 'became what surrounds them' : 'were left, as the study says';
  return [
    {
      code: `label-${what}`,
      severity: isMended ? 'repaired' : 'warning',
      count: found.length,
      message: `${found.length} ${kind} in the label map ${remedy}: ${lines.join(', ')}`,
    },
  ];
}
