import test from 'ava';
import fc from 'fast-check';
import { decodeTensors, encodeTensors, type TensorValues } from '../../../activities/encoding/safetensors.ts';
import { TwinError } from '../../../twin/errors.ts';

test('the bytes are those that the format of safetensors prescribes', (t) => {
  const bytes = encodeTensors({
    arrays: { b: { shape: [2], values: Uint8Array.of(7, 9) }, a: { shape: [1, 1], values: Float64Array.of(1.5) } },
    metadata: { k: 'v' },
  });
  const header =
    '{"__metadata__":{"k":"v"},"a":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}';
  const padded = Math.ceil(header.length / 8) * 8;
  const expected = Buffer.alloc(8 + padded + 10, ' ');
  expected.writeBigUInt64LE(BigInt(padded), 0);
  expected.write(header, 8);
  expected.writeDoubleLE(1.5, 8 + padded);
  expected.set([7, 9], 16 + padded);
  t.deepEqual(Buffer.from(bytes), expected);
});

test('every bit of every type comes back, whatever the order in which arrays were named', (t) => {
  const values = fc.oneof<fc.Arbitrary<TensorValues>[]>(
    fc.float64Array(),
    fc.float32Array(),
    fc.uint32Array(),
    fc.int32Array(),
    fc.uint8Array(),
  );
  const name = fc.stringMatching(/^[a-z.]{1,6}$/);
  fc.assert(
    fc.property(fc.dictionary(name, values, { noNullPrototype: true }), (arrays) => {
      const tensors = Object.entries(arrays).map(([key, array]) => [key, { shape: [array.length], values: array }]);
      const bytes = encodeTensors({ arrays: Object.fromEntries(tensors), metadata: {} });
      t.deepEqual(bytes, encodeTensors({ arrays: Object.fromEntries(tensors.toReversed()), metadata: {} }));
      const read = decodeTensors(bytes, 'test').arrays;
      t.deepEqual(Object.keys(read).sort(), Object.keys(arrays).sort());
      for (const [key, array] of Object.entries(arrays)) {
        const back = read[key]?.values;
        t.is(back?.constructor, array.constructor);
        t.deepEqual(Buffer.from(back?.buffer ?? []), Buffer.from(array.buffer, array.byteOffset, array.byteLength));
      }
    }),
    { seed: 1, numRuns: 50 },
  );
});

test('a file that was cut short anywhere is refused with a sentence', (t) => {
  const whole = encodeTensors({
    arrays: { a: { shape: [3], values: Float64Array.of(1, 2, 3) } },
    metadata: { k: 'v' },
  });
  for (let length = 0; length < whole.length; length++) {
    const error = t.throws(() => decodeTensors(whole.subarray(0, length), 'a.safetensors'), { instanceOf: TwinError });
    t.regex(error?.message ?? '', /^a\.safetensors/);
  }
});

test('values that do not fill their shape are not written', (t) => {
  t.throws(() => encodeTensors({ arrays: { a: { shape: [2, 2], values: new Float64Array(3) } }, metadata: {} }), {
    message: /3 values do not fill the shape \[2, 2\]/,
  });
});
