import test from 'ava';
import { ATRIUM } from '../../twin/atria/atria.ts';
import { BACHMANN_FACTOR, openAtrialActivation, solveAtrialWave } from '../../twin/atria/atrialWave.ts';
import { nodeCount, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { blockMesh } from '../helpers/meshes.ts';

const RADIUS_mm = 25;
const EDGE_mm = 1.5;
/** Half a tube with a wall of 3 mm: a block bent about the z axis, fibres running round it. */
const tube = ((): TetMesh => {
  const around = Math.round((Math.PI * RADIUS_mm) / EDGE_mm);
  const flat = blockMesh(around, 2, 24, EDGE_mm);
  const points = new Float64Array(flat.points.length);
  for (let at = 0; at < points.length; at += 3) {
    const angle = flat.points[at] / RADIUS_mm;
    const radius = RADIUS_mm + EDGE_mm - flat.points[at + 1];
    points.set([-radius * Math.cos(angle), radius * Math.sin(angle), flat.points[at + 2]], at);
  }
  const fibres = new Float64Array(3 * tetCount(flat));
  for (let tet = 0; tet < tetCount(flat); tet++) {
    let [x, y] = [0, 0];
    for (let corner = 0; corner < 4; corner++) {
      x += points[3 * flat.tets[4 * tet + corner]];
      y += points[3 * flat.tets[4 * tet + corner] + 1];
    }
    const length = Math.hypot(x, y);
    fibres.set([-y / length, x / length, 0], 3 * tet);
  }
  return { points, tets: flat.tets, regions: flat.regions.fill(ATRIUM.ra), fibres };
})();

test('on a tube with fibres round it a wave arrives as on the tube unrolled: τ = √((R θ)²/v_f² + z²/v_t²)', (t) => {
  const velocity = { fibre_mm_ms: 1.2, transverse_mm_ms: 0.6 };
  // In the middle of the wall, on the tube's front, a little above its lower end.
  const z0 = 6.1;
  const tau = solveAtrialWave(tube, [0.01, RADIUS_mm, z0], { la: velocity, ra: velocity });
  let worst = 0;
  let sum = 0;
  let count = 0;
  for (let node = 0; node < nodeCount(tube); node++) {
    const [x, y, z] = tube.points.subarray(3 * node, 3 * node + 3);
    if (Math.abs(Math.hypot(x, y) - RADIUS_mm) > 1e-6) continue;
    const expected = Math.hypot((RADIUS_mm * Math.atan2(x, y)) / 1.2, (z - z0) / 0.6);
    const off = Math.abs(tau[node] - expected);
    worst = Math.max(worst, off);
    sum += off;
    count++;
  }
  // A wave crosses an edge in 1.25 to 2.5 ms.
  t.true(worst < 2, `${worst} ms`);
  t.true(sum / count < 0.9, `${sum / count} ms on average`);
});

test('velocities twice as fast halve every time', (t) => {
  const slow = { fibre_mm_ms: 0.9, transverse_mm_ms: 0.4 };
  const fast = { fibre_mm_ms: 1.8, transverse_mm_ms: 0.8 };
  const one = solveAtrialWave(tube, [0.01, RADIUS_mm, 6.1], { la: slow, ra: slow });
  const two = solveAtrialWave(tube, [0.01, RADIUS_mm, 6.1], { la: fast, ra: fast });
  t.true(one.every((time, node) => Math.abs(time - 2 * two[node]) < 1e-9));
});

test('a faster bundle makes no place later, and the muscle beyond it earlier', (t) => {
  const speed = new Float32Array(tetCount(tube)).fill(1);
  for (let tet = 0; tet < speed.length; tet++) {
    if (Math.abs(tube.points[3 * tube.tets[4 * tet] + 2] - 6) < 4) speed[tet] = BACHMANN_FACTOR;
  }
  const velocity = { fibre_mm_ms: 1.2, transverse_mm_ms: 0.6 };
  const activation = openAtrialActivation(
    { mesh: { ...tube, speed }, sinusNode: [0.01, RADIUS_mm, 6.1] },
    { la: velocity, ra: velocity },
  );
  const [plain, fast] = [activation(1), activation(2)];
  t.true(plain.every((time, node) => fast[node] <= time + 1e-9));
  const last = plain.indexOf(plain.reduce((most, time) => Math.max(most, time), 0));
  t.true(fast[last] < plain[last] - 5);
});
