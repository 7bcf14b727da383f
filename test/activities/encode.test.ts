import test from 'ava';
import {
  decodeAnatomy,
  decodeBeat,
  decodeTwin,
  encodeAnatomy,
  encodeBeat,
  encodeTwin,
} from '../../activities/encode.ts';
import { fakeAnatomy, fakeBeat, fakeTwin } from '../helpers/fakeEdge.ts';

test('an anatomy, a beat and a twin come back as they were, NaN and minus zero included', (t) => {
  t.deepEqual(decodeAnatomy(encodeAnatomy(fakeAnatomy({ value: 1 })), 'a'), fakeAnatomy({ value: 1 }));
  t.deepEqual(decodeBeat(encodeBeat(fakeBeat(3)), 'b'), fakeBeat(3));
  t.deepEqual(decodeTwin(encodeTwin(fakeTwin(2, 5)), 't'), fakeTwin(2, 5));
});

test('what was read does not keep the whole file alive', (t) => {
  const { mesh } = decodeAnatomy(encodeAnatomy(fakeAnatomy({ value: 1 })), 'a');
  t.is(mesh.points.buffer.byteLength, mesh.points.byteLength);
});

test('an artifact of another kind is refused by name', (t) => {
  t.throws(() => decodeTwin(encodeBeat(fakeBeat(3)), 'artifacts/ab/abcd.safetensors'), {
    message: 'artifacts/ab/abcd.safetensors: expected an artifact of kind twin, found beat',
  });
});
