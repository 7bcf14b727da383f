import test from 'ava';
import fc from 'fast-check';
import { alignmentDistance, didYouMean } from '../../cohorts/didYouMean.ts';

test('a swap of neighbours, a missing, a further and a wrong letter are one slip each', (t) => {
  for (const slip of ['hieght_cm', 'heigt_cm', 'heightt_cm', 'hejght_cm']) {
    t.is(alignmentDistance(slip, 'height_cm'), 1, slip);
  }
});

test('the distance between words is symmetric, zero only for equals, and at most the longer word', (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
      const distance = alignmentDistance(one, other);
      return (
        distance === alignmentDistance(other, one) &&
        (distance === 0) === (one === other) &&
        distance >= Math.abs(one.length - other.length) &&
        distance <= Math.max(one.length, other.length)
      );
    }),
  );
  t.pass();
});

test('a name without its unit is led to the one with it; a far word to nothing', (t) => {
  t.is(didYouMean('height', ['age_y', 'height_cm']), 'height_cm');
  t.is(didYouMean('telephone', ['age_y', 'height_cm']), null);
});
