import { gzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import { gunzipBounded } from '../../twin/formats/gunzip.ts';
import { readEcg, readMesh } from '../../twin/formats/index.ts';
import { block } from '../mesh/block.ts';
import { vtkText } from './writers.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const refused = (bytes: Uint8Array, limits = {}): string => {
  try {
    gunzipBounded(bytes, 'heart.vtu.gz', limits);
  } catch (error) {
    if (error instanceof TwinError && error.code === 'BadInput') return error.message;
    throw error;
  }
  return '';
};

test('what gzip has packed at any level comes out the same, also of several members', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 5000 }),
      fc.uint8Array({ maxLength: 50 }),
      fc.integer({ min: 0, max: 9 }),
      (a, b, level) => {
        const packed = join(gzipSync(a, { level }), gzipSync(b));
        return Buffer.compare(gunzipBounded(packed, 'a.gz'), join(a, b)) === 0;
      },
    ),
    { numRuns: 100, seed: 1 },
  );
  t.pass();
});

test('content far larger than a chunk comes out whole, and a trailer that promises nothing changes nothing', (t) => {
  const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >>> 7);
  t.is(Buffer.compare(gunzipBounded(gzipSync(content), 'a.gz'), content), 0);
});

test('a file cut anywhere is refused in words', (t) => {
  const packed = gzipSync(text('the muscle is in one part. '.repeat(200)));
  t.regex(
    refused(packed.subarray(0, packed.length >> 1)),
    /^heart\.vtu\.gz: gzip ends early, after \d+ bytes of content/,
  );
  for (let cut = 0; cut < packed.length; cut++) t.not(refused(packed.subarray(0, cut)), '', `cut at ${cut}`);
});

test('a flipped bit is refused, or stood where nothing is kept', (t) => {
  const content = Uint8Array.from({ length: 400 }, (_, i) => ((i * i) >>> 3) & 31);
  const packed = gzipSync(content);
  let refusals = 0;
  for (let at = 10; at < packed.length - 4; at++) {
    const damaged = Uint8Array.from(packed, (byte, i) => (i === at ? byte ^ 16 : byte));
    if (refused(damaged) !== '') refusals++;
    else t.deepEqual(gunzipBounded(damaged, 'a.gz'), content, `flipped at ${at}`);
  }
  t.true(refusals > packed.length - 20);
});

test('what would fill the memory is refused before it does', (t) => {
  const bomb = gzipSync(new Uint8Array(40_000_000));
  const before = process.memoryUsage().rss;
  t.regex(
    refused(bomb, { freeBytes: 1_000_000, mostRatio: 10 }),
    /more than \d.* MiB come out of gzip, more than 10 times/,
  );
  t.regex(refused(bomb, { mostBytes: 2 ** 20 }), /more than 1 MiB come out of gzip; decompress/);
  t.true(process.memoryUsage().rss - before < 1e8);
});

test('a mesh or an ECG with .gz behind its name is read as what lies in it, with the files beside it', (t) => {
  const none = (): undefined => undefined;
  t.deepEqual(
    readMesh('heart.vtk.gz', gzipSync(vtkText(block())), none),
    readMesh('heart.vtk', vtkText(block()), none),
  );
  const hea = gzipSync('ecg 1 500 2\necg.dat 16 1 16 0 0 3 0 I\n');
  const dat = gzipSync(Uint8Array.of(1, 0, 2, 0));
  const { voltage_mV } = readEcg('ecg.hea.gz', hea, (name) => (name === 'ecg.dat.gz' ? dat : undefined));
  t.deepEqual(voltage_mV, [Float64Array.of(1, 2)]);
  t.throws(() => readMesh('label.nii.gz', gzipSync(text('x')), none), { message: /gzip-compressed/ });
});
