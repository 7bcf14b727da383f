import test from 'ava';
import { writeStl } from '../../twin/formats/stl.ts';
import { boundaryTriangles } from '../../twin/mesh/faces.ts';
import { block } from '../mesh/block.ts';

test('an STL of a surface holds 50 bytes a triangle, encloses the volume and has unit normals', (t) => {
  const { points, tets } = block();
  const triangles = boundaryTriangles(tets, points.length / 3);
  const stl = writeStl(points, triangles);
  const view = new DataView(stl.buffer);
  t.is(stl.length, 84 + 50 * (triangles.length / 3));
  t.is(view.getUint32(80, true), triangles.length / 3);
  t.false(new TextDecoder().decode(stl).startsWith('solid'), 'readers take that for a text file');
  let volume = 0;
  for (let at = 84; at < stl.length; at += 50) {
    const vector = (i: number): [number, number, number] =>
      [0, 4, 8].map((axis) => view.getFloat32(at + i * 12 + axis, true)) as [number, number, number];
    const [normal, a, b, c] = [vector(0), vector(1), vector(2), vector(3)];
    t.true(Math.abs(Math.hypot(...normal) - 1) < 1e-6);
    const area2 = [0, 1, 2].map((i) => {
      const [j, k] = [(i + 1) % 3, (i + 2) % 3] as [number, number];
      return (
        ((b[j] as number) - (a[j] as number)) * ((c[k] as number) - (a[k] as number)) -
        ((b[k] as number) - (a[k] as number)) * ((c[j] as number) - (a[j] as number))
      );
    });
    // By the normal that the file states, so that a wrong one changes the volume.
    volume += (Math.hypot(...area2) / 6) * normal.reduce((sum, value, i) => sum + value * (a[i] as number), 0);
  }
  t.true(Math.abs(volume - 4000) < 1e-3, `${volume} mm³`);
});
