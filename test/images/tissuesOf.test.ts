import test from 'ava';
import type { LabelImage } from '../../twin/images/labelImage.ts';
import { LABEL_TABLES } from '../../twin/images/labelTables.ts';
import { labelVolumes } from '../../twin/images/labelVolumes.ts';
import { countVoxels } from '../../twin/images/tissueImage.ts';
import { tissuesOf } from '../../twin/images/tissuesOf.ts';

const map = (...labels: readonly number[]): LabelImage => ({
  size: [labels.length, 1, 1],
  labels: Uint16Array.from(labels),
  affine: [10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 10, 0],
  findings: [],
});

test('labels become tissues in one fixed order, and labels outside the table background', (t) => {
  const image = tissuesOf(map(600, 500, 205, 205, 7, 0), LABEL_TABLES.mmwhs);
  t.deepEqual(image.tissues, ['lvMuscle', 'lvBlood', 'rvBlood']);
  t.deepEqual([...image.voxels], [3, 2, 1, 1, 0, 0]);
  t.deepEqual([...countVoxels(image)], [2, 2, 1, 1]);
});

test('several labels can be one tissue', (t) => {
  const image = tissuesOf(map(10, 11, 52), LABEL_TABLES.totalSegmentatorTorso);
  t.deepEqual([...countVoxels(image)], [0, 1, 2]);
});

test('a map of another convention is refused with what it holds and what was expected', (t) => {
  t.throws(() => tissuesOf(map(205, 500, 600), LABEL_TABLES.acdc, { name: 'sub.nii.gz' }), {
    message:
      'sub.nii.gz: none of the labels of the table is in the map; found 205 (1.0 mL), 500 (1.0 mL), 600 (1.0 mL), expected 2 lvMuscle, 3 lvBlood, 1 rvBlood; choose the table that the map was made with',
  });
  t.throws(() => tissuesOf(map(2, 3), LABEL_TABLES.acdc, { required: ['rvBlood'] }), {
    message: /the map lacks rvBlood; found 2 \(1\.0 mL\), 3/,
  });
});

test('a label under two tissues, or 0 under any, is a mistake of the study', (t) => {
  t.throws(() => tissuesOf(map(1), { lvBlood: [1], rvBlood: [1] }), {
    message: /label 1 stands for lvBlood and for rvBlood/,
  });
  t.throws(() => tissuesOf(map(1), { lvBlood: [0] }), { message: /0 is always background/ });
});

test('volumes are counts of voxels times their volume', (t) => {
  t.deepEqual(labelVolumes(map(4, 4, 0, 9)), [
    { label: 4, voxels: 2, volume_mL: 2 },
    { label: 9, voxels: 1, volume_mL: 1 },
  ]);
});

test('no known table gives a label to two tissues', (t) => {
  for (const [name, table] of Object.entries(LABEL_TABLES)) {
    const labels = Object.values(table).flat() as number[];
    t.is(new Set(labels).size, labels.length, name);
  }
});
