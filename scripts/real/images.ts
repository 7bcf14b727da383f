import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TwinError } from '../../twin/errors.ts';
import { determinant } from '../../twin/images/affine.ts';
import type { LabelImage, LabelTable } from '../../twin/images/labelImage.ts';
import { LABEL_TABLES } from '../../twin/images/labelTables.ts';
import { labelVolumes } from '../../twin/images/labelVolumes.ts';
import { levelSetsOf } from '../../twin/images/levelSets.ts';
import { readLabelImage } from '../../twin/images/readLabelImage.ts';
import { readTissues } from '../../twin/images/readTissues.ts';
import type { CheckResult } from './checkResult.ts';

/** What the labels of the four-chamber map among the broken inputs stand for, by where they lie. */
export const FOUR_CHAMBERS: LabelTable = {
  lvBlood: [1],
  lvMuscle: [2],
  rvMuscle: [3],
  laBlood: [4],
  raBlood: [5],
  laMuscle: [6],
  raMuscle: [7],
  rvBlood: [8],
};
const ROUNDED = 'hostile/63_nifti_float_labels/label.nii.gz';
/** The same integer labels, in a copy of which only the header's size is wrong. */
const INTEGERS = 'hostile/57_nifti_wrong_sizeof_hdr/label.nii';

/** Reads the real and the broken label maps of the data folder, and compares with what its README and EXPECTED.tsv say. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const path = (name: string): string => join(dataFolder, name);
  return [
    mapFacts('heart', path('labels/heart.nii.gz'), {
      size: [233, 167, 191],
      labels: 1,
      volume_mL: 668.844,
      isLeftHanded: false,
    }),
    mapFacts('example_seg', path('labels/example_seg.nii.gz'), {
      size: [122, 101, 30],
      labels: 41,
      volume_mL: 2976.075,
      isLeftHanded: false,
    }),
    refused('the CT beside it', path('labels/example_ct_sm.nii.gz'), /negative.*not a label map/),
    refused('53 gzip cut short', path('hostile/53_gzip_truncated/label.nii.gz'), /gzip ends early/),
    refused('57 wrong sizeof_hdr', path(INTEGERS), /not a NIfTI header: .*1234/),
    refused('59 negative dim', path('hostile/59_nifti_negative_dim/label.nii'), /dim\[1\] of the header is -108/),
    refused(
      '61 voxel size 0',
      path('hostile/61_nifti_zero_pixdim/label.nii'),
      /voxel size \(pixdim\) is 1\.5 × 1\.5 × 0/,
    ),
    refused('65 a grey image', path('hostile/65_nifti_grey_image_not_labels/label.nii.gz'), /not a label map/),
    ...roundedMap(path(ROUNDED), path(INTEGERS)),
    ...levelSets(path(ROUNDED)),
    lungsOfTorso(path('labels/example_seg.nii.gz')),
  ];
}

const open = (path: string): [string, Uint8Array, (name: string) => Uint8Array | undefined] => [
  basename(path),
  readFileSync(path),
  (name) => {
    const file = join(dirname(path), name);
    return existsSync(file) ? readFileSync(file) : undefined;
  },
];
const read = (path: string): LabelImage => readLabelImage(...open(path));

interface MapFacts {
  readonly size: readonly number[];
  readonly labels: number;
  readonly volume_mL: number;
  readonly isLeftHanded: boolean;
}

function mapFacts(name: string, path: string, facts: MapFacts): CheckResult {
  const before = process.cpuUsage();
  const image = read(path);
  const volumes = labelVolumes(image);
  const { user, system } = process.cpuUsage(before);
  const volume_mL = volumes.reduce((sum, label) => sum + label.volume_mL, 0);
  return {
    name: `map ${name}`,
    passed:
      image.size.join() === facts.size.join() &&
      volumes.length === facts.labels &&
      Math.abs(volume_mL - facts.volume_mL) < 0.001 &&
      determinant(image.affine) < 0 === facts.isLeftHanded,
    detail: `${image.size.join(' × ')} voxels, ${volumes.length} labels, ${volume_mL.toFixed(3)} mL, ${((user + system) / 1e6).toFixed(2)} s`,
  };
}

function refused(name: string, path: string, expected: RegExp): CheckResult {
  try {
    read(path);
    return { name, passed: false, detail: 'it was read' };
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    return { name, passed: error.code === 'BadInput' && expected.test(error.message), detail: error.message };
  }
}

/** Float labels of 1.9999 and 2.0001 against the whole numbers of the copy, whose header is mended here. */
function roundedMap(rounded: string, integers: string): CheckResult[] {
  const image = read(rounded);
  const whole = Uint8Array.from(readFileSync(integers));
  new DataView(whole.buffer).setInt32(0, 348, true);
  const [ours, theirs] = [labelVolumes(image), labelVolumes(readLabelImage('label.nii', whole, () => undefined))];
  const most = Math.max(
    ...ours.map(({ volume_mL }, at) => Math.abs(volume_mL - (theirs[at]?.volume_mL ?? Number.NaN))),
  );
  const { tissues } = readTissues(...open(rounded), {
    table: FOUR_CHAMBERS,
    required: ['lvMuscle', 'lvBlood', 'rvBlood'],
  });
  const findings = tissues.findings.map(({ code, count }) => `${code}${count ? ` ${count}` : ''}`).join(', ');
  return [
    {
      name: '63 float labels have the volumes of the whole numbers',
      passed: ours.length === theirs.length && most < 1e-4,
      detail: `${ours.length} labels, at most ${most.toExponential(1)} mL apart`,
    },
    {
      name: '63 is rounded, mended and doubted: its frame is LPS written as RAS',
      passed: findings === 'labels-rounded 62911, label-islands 1, label-holes 1, image-mirrored-doubtful',
      detail: findings,
    },
  ];
}

/** Volumes inside smooth boundaries, counted on a grid of 0.75 mm, against those of the voxels. */
function levelSets(path: string): CheckResult[] {
  const { tissues } = readTissues(...open(path), { table: FOUR_CHAMBERS });
  const before = process.cpuUsage();
  const levels = levelSetsOf(tissues);
  const { user, system } = process.cpuUsage(before);
  const { min, max } = levels.bounds;
  const counts = new Float64Array(levels.tissues.length + 1);
  const step = 0.75;
  for (let z = min[2]; z < max[2]; z += step) {
    for (let y = min[1]; y < max[1]; y += step) {
      for (let x = min[0]; x < max[0]; x += step) counts[levels.tissueAt(x, y, z)]++;
    }
  }
  const errors = levels.volumes.map(({ map_mL }, at) => 100 * (((counts[at] ?? 0) * step ** 3) / 1000 / map_mL - 1));
  return [
    {
      name: 'smooth boundaries of a four-chamber map keep every volume within 1 %',
      passed: errors.every((error) => Math.abs(error) < 1),
      detail: `${levels.tissues.map((tissue, at) => `${tissue} ${errors[at]?.toFixed(2)} %`).join(', ')}; ${((user + system) / 1e6).toFixed(1)} s`,
    },
  ];
}

function lungsOfTorso(path: string): CheckResult {
  const { tissues } = readTissues(...open(path), { table: LABEL_TABLES.totalSegmentatorTorso });
  return {
    name: 'TotalSegmentator’s lungs and aorta are found by its table',
    passed: tissues.tissues.join() === 'aorta,lungs',
    detail: tissues.tissues.join(', '),
  };
}
