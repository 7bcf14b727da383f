import test from 'ava';
import { readVtx } from '../../twin/formats/vtx.ts';

const read = (text: string): Uint32Array => readVtx(new TextEncoder().encode(text), 'lv.vtx', 10);

test('a node list is read with its domain or without', (t) => {
  t.deepEqual(read('3\nextra\n0\n9\n4\n'), Uint32Array.of(0, 9, 4));
  t.deepEqual(read('2\n1\n2\n'), Uint32Array.of(1, 2));
  t.deepEqual(read('0\nextra\n'), Uint32Array.of());
});

test('a node list that lies is refused with what it promises and holds', (t) => {
  t.throws(() => read('3\nextra\n0\n9\n'), { message: /promises 3 nodes, the file holds 2/ });
  t.throws(() => read('1\nextra\n0\n9\n'), { message: /goes on after the 1 nodes/ });
  t.throws(() => read('2\nextra\n0\n10\n'), { message: /line 4: refers to node 10, the mesh has nodes 0 to 9/ });
  t.throws(() => read('999999999999\nextra\n0\n'), { message: /promises 999999999999 nodes/ });
});
