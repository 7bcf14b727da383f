import test from 'ava';
import { markedWaves, readWfdbAnnotations } from '../../bench/delineation/wfdbAnnotations.ts';

const word = (value: number) => [value & 255, value >> 8];
const mark = (code: number, since: number) => word((code << 10) | since);

test('onset, peak and offset of a wave are its samples, over a long skip and past what is said of a mark', (t) => {
  const bytes = Uint8Array.from([
    ...mark(39, 100),
    ...mark(1, 20),
    ...mark(63, 3),
    ...[65, 66, 67, 0],
    ...mark(40, 30),
    ...[...mark(59, 0), ...word(1), ...word(0)],
    ...mark(39, 4),
    ...mark(27, 10),
    ...mark(40, 6),
    ...word(0),
  ]);
  t.deepEqual(markedWaves(readWfdbAnnotations(bytes)), [
    { kind: 'N', onset: 100, offset: 150 },
    { kind: 't', onset: 65690, offset: 65706 },
  ]);
});

test('annotations that end in the midst of a mark are refused', (t) => {
  t.throws(() => readWfdbAnnotations(Uint8Array.of(1, 4, 7)), { message: /midst of a mark at byte 2/ });
});
