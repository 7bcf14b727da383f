import test from 'ava';
import fc from 'fast-check';
import { readHeader } from 'nifti-reader-js';
import { TwinError } from '../../twin/errors.ts';
import { determinant, voxelVolume_mm3 } from '../../twin/images/affine.ts';
import { labelVolumes } from '../../twin/images/labelVolumes.ts';
import { writeNifti } from '../../twin/images/niftiWrite.ts';
import { isImageFile, readLabelImage } from '../../twin/images/readLabelImage.ts';
import { gzip, NIFTI_TYPES, niftiFile, nothingBeside } from './imageWriters.ts';

const read = (bytes: Uint8Array, name = 'map.nii') => readLabelImage(name, bytes, nothingBeside);
const refusal = (bytes: Uint8Array, name = 'map.nii'): string => {
  try {
    read(bytes, name);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return error.message;
    throw error;
  }
  return 'was read';
};
const voxels = [0, 1, 2, 3, 4, 5, 6, 7];
const dim = [3, 2, 2, 2];
/** 1.5 × 2 × 8 mm, turned about the head axis by 30°, RAS. */
const oblique = [1.5 * Math.sqrt(0.75), -1, 0, 10, 0.75, 2 * Math.sqrt(0.75), 0, -20, 0, 0, 8, 30];

test('a written map comes back voxel by voxel, in one byte and in two, in oblique and left-handed frames', (t) => {
  for (const [label, affine] of [
    [205, oblique],
    [820, oblique.map((value, at) => (at % 4 === 0 ? -value : value))],
  ] as const) {
    const labels = Uint16Array.from({ length: 24 }, (_, at) => (at % 5 === 0 ? label : 0));
    const map = { size: [2, 3, 4] as const, labels, affine };
    const back = read(writeNifti(map), 'map.nii.gz');
    t.deepEqual(back.labels, labels);
    t.deepEqual(back.size, [2, 3, 4]);
    affine.forEach((value, at) => void t.true(Math.abs((back.affine[at] as number) - value) < 1e-5));
    t.is(Math.sign(determinant(back.affine)), Math.sign(determinant(affine)));
    t.deepEqual(back.findings, []);
  }
});

test('RAS becomes LPS: x and y change sign, z stays', (t) => {
  const { affine } = read(niftiFile({ voxels, dim, sform: [2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7] }));
  t.deepEqual([...affine], [-2, 0, 0, -5, 0, -3, 0, -6, 0, 0, 4, 7]);
});

test('every type of both versions and byte orders gives the same labels', (t) => {
  for (const datatype of NIFTI_TYPES) {
    for (const version of [1, 2] as const) {
      for (const isBigEndian of [false, true]) {
        const image = read(niftiFile({ version, isBigEndian, datatype, voxels, dim, sform: oblique }));
        t.deepEqual([...image.labels], voxels, `type ${datatype}, version ${version}, big-endian ${isBigEndian}`);
        t.true(Math.abs(voxelVolume_mm3(image.affine) - 24) < 1e-5);
      }
    }
  }
});

test('a quaternion of a quarter turn about z takes i to the front, and a qfac of −1 turns the third axis around', (t) => {
  const quatern = [0, 0, Math.SQRT1_2, 10, 20, 30];
  for (const version of [1, 2] as const) {
    for (const qfac of [1, -1]) {
      const file = niftiFile({ version, voxels, dim, pixdim: [qfac, 1.5, 2, 8], qformCode: 1, quatern });
      const ras = [0, -2, 0, 10, 1.5, 0, 0, 20, 0, 0, 8 * qfac, 30];
      const lps = ras.map((value, at) => (at < 8 ? -value : value));
      read(file).affine.forEach((value, at) => void t.true(Math.abs(value - (lps[at] as number)) < 1e-5, `at ${at}`));
    }
  }
});

test('the sform wins over a qform of a higher code', (t) => {
  const file = niftiFile({ voxels, dim, sform: oblique, qformCode: 4, quatern: [0, 0, 1, 0, 0, 0] });
  t.true(Math.abs((read(file).affine[3] as number) + 10) < 1e-5);
});

test('an independent reader finds the same sform and sizes in what is written', (t) => {
  const written = writeNifti({ size: [2, 2, 2], labels: Uint16Array.from(voxels), affine: oblique });
  const header = readHeader(Uint8Array.from(written).buffer);
  t.deepEqual(header.dims.slice(0, 4), [3, 2, 2, 2]);
  const theirs = header.affine.slice(0, 3).flat();
  oblique.forEach((value, at) => void t.true(Math.abs((theirs[at] as number) - (at < 8 ? -value : value)) < 1e-5));
});

test('metres and micrometres become millimetres', (t) => {
  for (const [units, factor] of [
    [1, 1e-3],
    [3, 1e3],
  ] as const) {
    const { affine } = read(niftiFile({ voxels, dim, units, sform: oblique.map((value) => value * factor) }));
    t.true(Math.abs(voxelVolume_mm3(affine) - 24) < 1e-3);
  }
});

test('float labels a little off are rounded and reported, and volumes are those of the whole numbers', (t) => {
  const off = voxels.map((value) => (value === 2 ? 1.9999 : value === 3 ? 3.0001 : value));
  const rounded = read(niftiFile({ voxels: off, datatype: 16, dim, sform: oblique }));
  const exact = read(niftiFile({ voxels, dim, sform: oblique }));
  t.deepEqual(labelVolumes(rounded), labelVolumes(exact));
  t.deepEqual(
    rounded.findings.map(({ code, severity, count }) => ({ code, severity, count })),
    [{ code: 'labels-rounded', severity: 'repaired', count: 2 }],
  );
  t.regex(
    refusal(niftiFile({ voxels: [0, 1.2], datatype: 16, sform: oblique })),
    /1 voxels are no whole number .*1\.2/,
  );
});

test('slope and intercept apply; a slope of 0 means none', (t) => {
  const stored = voxels.map((value) => 2 * value - 4);
  const scaled = niftiFile({ voxels: stored, datatype: 4, dim, sform: oblique, slope: 0.5, intercept: 2 });
  t.deepEqual([...read(scaled).labels], voxels);
  t.deepEqual([...read(niftiFile({ voxels, dim, sform: oblique, slope: 0, intercept: 9 })).labels], voxels);
});

test('a header and its image in two files are one map', (t) => {
  const whole = niftiFile({ voxels, dim, sform: oblique, magic: 'ni1\0', voxOffset: 0 });
  const beside = (name: string) => (name === 'map.img.gz' ? gzip(whole.subarray(352)) : undefined);
  t.deepEqual([...readLabelImage('map.hdr', whole.subarray(0, 348), beside).labels], voxels);
  t.regex(refusal(whole.subarray(0, 348), 'map.hdr'), /map\.hdr: there is no map\.img beside it/);
});

test('one volume in four dimensions is a map; two are refused with what to do', (t) => {
  t.deepEqual([...read(niftiFile({ voxels, dim: [4, 2, 2, 2, 1], sform: oblique })).labels], voxels);
  t.regex(
    refusal(niftiFile({ voxels, dim: [4, 2, 2, 1, 2], sform: oblique })),
    /holds 2 volumes along dimension 4.*end-diastole/,
  );
});

test('a file without sform and qform is taken along its axes with a warning', (t) => {
  const image = read(niftiFile({ voxels, dim, pixdim: [1, 1.5, 2, 8] }));
  t.deepEqual([...image.affine], [-1.5, 0, 0, 0, 0, -2, 0, 0, 0, 0, 8, 0]);
  t.deepEqual(
    image.findings.map(({ code }) => code),
    ['image-frame-missing'],
  );
});

test('broken headers are refused by the field that is wrong', (t) => {
  const sound = { voxels, dim, sform: oblique };
  t.regex(refusal(niftiFile({ ...sound, sizeofHdr: 1234 })), /sizeof_hdr\) is given as 1234, expected 348/);
  t.regex(refusal(niftiFile({ ...sound, dim: [3, -108, 2, 2] })), /dim\[1\] of the header is -108/);
  t.regex(refusal(niftiFile({ ...sound, dim: [9, 2, 2, 2] })), /gives 9 dimensions/);
  t.regex(refusal(niftiFile({ voxels, dim, pixdim: [1, 1.5, 1.5, 0] })), /voxel size \(pixdim\) is 1\.5 × 1\.5 × 0/);
  t.regex(refusal(niftiFile({ ...sound, datatype: 32 })), /complex numbers/);
  t.regex(refusal(niftiFile({ ...sound, datatype: 7 })), /of type 7/);
  t.regex(refusal(niftiFile({ ...sound, magic: 'xyz\0' })), /lacks NIfTI's mark/);
  t.regex(refusal(niftiFile({ ...sound, voxOffset: 12 })), /begin at byte 12/);
  t.regex(refusal(niftiFile({ ...sound, sform: oblique.map((value) => value * 1000) })), /check voxel size and units/);
  t.regex(refusal(niftiFile({ voxels, dim, sform: [2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0] })), /nearly in one plane/);
  t.regex(refusal(niftiFile({ voxels, dim, qformCode: 1, quatern: [2, 0, 0, 0, 0, 0] })), /longer than 1/);
  t.regex(refusal(new Uint8Array(100)), /100 bytes are less than a NIfTI header/);
});

test('a header that claims more than the file holds is refused before anything is allocated', (t) => {
  t.regex(
    refusal(niftiFile({ voxels, dim: [3, 600, 600, 600], sform: oblique })),
    /promises 216000000 voxels, the file holds 8/,
  );
  t.regex(
    refusal(niftiFile({ voxels, version: 2, dim: [3, 2 ** 40, 2, 2], sform: oblique })),
    /whole numbers from 1 to 32767/,
  );
  t.regex(refusal(niftiFile({ voxels, dim: [3, 32767, 32767, 32767], sform: oblique })), /more than 268435456/);
});

test('an image of grey values is refused as no label map', (t) => {
  const grey = Array.from({ length: 300 }, (_, at) => at);
  t.regex(refusal(niftiFile({ voxels: grey, datatype: 4, sform: oblique })), /300 different values.*not a label map/);
  t.regex(refusal(niftiFile({ voxels: [-1000, 40], datatype: 4, sform: oblique })), /negative.*not a label map/);
});

test('gzip that ends early is named, and so is what is no image at all', (t) => {
  const packed = writeNifti({ size: [2, 2, 2], labels: Uint16Array.from(voxels), affine: oblique });
  t.regex(refusal(packed.subarray(0, packed.length >> 1), 'label.nii.gz'), /label\.nii\.gz: gzip/);
  t.regex(refusal(new TextEncoder().encode('<svg/>'), 'x.nii'), /the content is XML \(svg\).*expected NIfTI/);
});

test('images are known by their ending or their content', (t) => {
  const text = new TextEncoder().encode('hello');
  t.true(isImageFile('A.NII.GZ', text));
  t.true(isImageFile('map.seg.nrrd', text));
  t.true(isImageFile('noEnding', niftiFile({ voxels, dim })));
  t.true(isImageFile('noEnding', gzip(niftiFile({ voxels, dim }))));
  t.false(isImageFile('mesh.vtu', text));
});

test('mutated files are read or refused in a sentence, never anything else', (t) => {
  const sound = [1, 2].map((version) =>
    niftiFile({ version: version as 1 | 2, voxels, dim, sform: oblique, qformCode: 1 }),
  );
  const change = fc.array(fc.tuple(fc.nat(700), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.nat(1), change, fc.nat(700), (which, changes, cut) => {
      const bytes = Uint8Array.from(sound[which] as Uint8Array);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const message = refusal(cut < bytes.length && cut % 3 === 0 ? bytes.subarray(0, cut) : bytes);
      t.true(message === 'was read' || /^map\.nii: /.test(message), message);
    }),
    { numRuns: 3000, seed: 7 },
  );
});
