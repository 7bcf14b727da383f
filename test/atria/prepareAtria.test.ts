import test from 'ava';
import { DEFAULT_ANATOMY, type Point } from '../../twin/anatomy/anatomy.ts';
import { findRims } from '../../twin/anatomy/boundary.ts';
import { ATRIUM } from '../../twin/atria/atria.ts';
import { solveAtrialWave } from '../../twin/atria/atrialWave.ts';
import { laCavityVolume_mm3, raCavityVolume_mm3, shapeOf } from '../../twin/atria/parametricAtria.ts';
import { prepareAtria, prepareAtriaIfSound } from '../../twin/atria/prepareAtria.ts';
import { DEFAULT_P_WAVE } from '../../twin/atria/pWave.ts';
import { nodeCount, tetCount } from '../../twin/mesh/tetMesh.ts';
import { enclosedVolume_mL } from '../../twin/metrics/cavityVolume.ts';
import { moved, prepared, REGIONS, rawOf, testAtria } from './fourChambers.ts';

const heart = testAtria();
const { shape, raw, ventricles } = heart;
const atria = prepared(heart);
const { mesh, surfaces, coordinates } = atria;
/** The same atria with a lid on the superior vena cava. */
const closedAbove = rawOf(
  shapeOf({ ...shape.dimensions, veins: shape.dimensions.veins.filter(({ name }) => name !== 'svc') }),
  3,
);
const place = (node: number): Point => [mesh.points[3 * node], mesh.points[3 * node + 1], mesh.points[3 * node + 2]];

test('cavities have the volumes of their closed forms within 2 %', (t) => {
  const { la, ra, wall, floor } = shape.dimensions;
  const la_mL = laCavityVolume_mm3({ la }) / 1000;
  const ra_mL = raCavityVolume_mm3(la, ra, wall, floor) / 1000;
  t.true(Math.abs(la_mL - 70) < 0.1 && Math.abs(ra_mL - 80) < 0.1);
  t.true(Math.abs(enclosedVolume_mL(mesh.points, surfaces.laEndo) / la_mL - 1) < 0.02);
  t.true(Math.abs(enclosedVolume_mL(mesh.points, surfaces.raEndo) / ra_mL - 1) < 0.02);
});

test('each atrium is open at its valve and at every vein, and nowhere else', (t) => {
  const { la, ra, floor, veins } = shape.dimensions;
  for (const [endo, atrium, isRight] of [
    [surfaces.laEndo, la, false],
    [surfaces.raEndo, ra, true],
  ] as const) {
    const rims = findRims(mesh.points, endo);
    const own = veins.filter(({ name }) => name.endsWith('vc') === isRight);
    t.is(rims.length, 1 + own.length);
    const [x, y, z] = rims[0].centre;
    t.true(Math.hypot(x - atrium.centre[0], y - atrium.centre[1], z - floor) < 5);
    for (const { from, direction, name } of own) {
      const nearest = Math.min(
        ...rims.map(({ centre }) => {
          const out = centre.map((value, axis) => value - from[axis]);
          const length = Math.hypot(...out);
          return Math.acos((out[0] * direction[0] + out[1] * direction[1] + out[2] * direction[2]) / length);
        }),
      );
      t.true(nearest < 0.15, `${name}: ${nearest} rad`);
    }
  }
});

test('the sinus node lies in the wall of the RA, at the superior vena cava, far from the LA', (t) => {
  const [x, y, z] = atria.sinusNode;
  t.true(shape.muscle(x, y, z) < 0.3);
  t.is(shape.region(x, y, z), ATRIUM.ra);
  const { la, veins } = shape.dimensions;
  t.true(Math.hypot(x - la.centre[0], y - la.centre[1], z - la.centre[2]) > la.axes[0] + 25);
  const svc = veins.find(({ name }) => name === 'svc');
  const out = [0, 1, 2].map((axis) => atria.sinusNode[axis] - (svc?.from[axis] ?? 0));
  const cosine = out.reduce((sum, value, axis) => sum + value * (svc?.direction[axis] ?? 0), 0) / Math.hypot(...out);
  const angle = Math.acos(cosine);
  t.true(angle > 0.25 && angle < 0.9, `${angle} rad from the vein's axis`);
});

test('transmural is 0 on the own endocardium and 1 on the epicardium and the other side of the septum', (t) => {
  const { transmural, transatrial } = coordinates;
  for (const node of surfaces.laEndo) if (transatrial[node] === 0) t.true(transmural[node] < 1e-9);
  const onEndo = new Set([...surfaces.laEndo, ...surfaces.raEndo]);
  for (const node of surfaces.epi) if (!onEndo.has(node)) t.true(transmural[node] > 1 - 1e-9);
  const septal = [...new Set(surfaces.raEndo)].filter((node) => transatrial[node] === 0);
  t.true(septal.length > 50);
  for (const node of septal) t.true(transmural[node] > 1 - 1e-9);
});

test('from vein to valve the coordinate rises without hills or hollows: every node has a lower and a higher neighbour, but for the rims', (t) => {
  const { veinToValve } = coordinates;
  const low = veinToValve.slice();
  const high = veinToValve.slice();
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const corners = [...mesh.tets.subarray(4 * tet, 4 * tet + 4)];
    const values = corners.map((node) => veinToValve[node]);
    for (const node of corners) {
      low[node] = Math.min(low[node], ...values);
      high[node] = Math.max(high[node], ...values);
    }
  }
  let strange = 0;
  for (let node = 0; node < nodeCount(mesh); node++) {
    const value = veinToValve[node];
    if (value > 1e-9 && value < 1 - 1e-9 && (low[node] >= value || high[node] <= value)) strange++;
  }
  // Obtuse tetrahedra may break the discrete maximum principle in a few places.
  t.true(strange < 0.005 * nodeCount(mesh), `${strange} of ${nodeCount(mesh)}`);
});

test('rotational is 0 at the septum and positive in front, in both atria', (t) => {
  const { la, ra } = shape.dimensions;
  for (let node = 0; node < nodeCount(mesh); node++) {
    const [x, y] = place(node);
    const angle = coordinates.rotational[node];
    const isRight = coordinates.transatrial[node] === 1;
    const [cx, cy] = (isRight ? ra : la).centre;
    // The front of the heart's frame is −y, the other atrium lies along x.
    const expected = Math.atan2(cy - y, isRight ? x - cx : cx - x);
    if (Math.hypot(x - cx, y - cy) < 10) continue;
    const off = Math.abs(Math.atan2(Math.sin(angle - expected), Math.cos(angle - expected)));
    t.true(off < 0.35, `node ${node}: ${angle} and not ${expected}`);
  }
});

test('fibres are unit vectors, lie in the wall, and do not turn from one side of it to the other', (t) => {
  const turns: number[] = [];
  const lastOf = new Map<string, Point>();
  let without = 0;
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const [fx, fy, fz] = mesh.fibres.subarray(3 * tet, 3 * tet + 3);
    if (fx === 0 && fy === 0 && fz === 0) {
      without++;
      continue;
    }
    t.true(Math.abs(Math.hypot(fx, fy, fz) - 1) < 1e-6);
    const [x, y, z] = [0, 1, 2].map((axis) =>
      [0, 1, 2, 3].reduce((sum, corner) => sum + mesh.points[3 * mesh.tets[4 * tet + corner] + axis] / 4, 0),
    );
    const { la, ra } = shape.dimensions;
    const [cx, cy, cz] = (mesh.regions[tet] === ATRIUM.ra ? ra : la).centre;
    const length = Math.hypot(x - cx, y - cy, z - cz);
    // Tetrahedra over one another in the wall see the cavity's centre in one direction, to 3°.
    const key = [mesh.regions[tet], ...[x - cx, y - cy, z - cz].map((d) => Math.round((20 * d) / length))].join();
    const below = lastOf.get(key);
    if (below) turns.push(Math.acos(Math.min(1, Math.abs(below[0] * fx + below[1] * fy + below[2] * fz))));
    lastOf.set(key, [fx, fy, fz]);
  }
  // Three corners on a rim: both gradients point one way.
  t.true(without < 0.0005 * tetCount(mesh), `${without} tetrahedra without a fibre`);
  turns.sort((a, b) => a - b);
  t.true(turns.length > 3000);
  t.true(turns[Math.floor(0.5 * turns.length)] < 0.15, `median ${turns[Math.floor(0.5 * turns.length)]} rad`);
  t.true(turns[Math.floor(0.9 * turns.length)] < 0.5, `90 % ${turns[Math.floor(0.9 * turns.length)]} rad`);
});

test('near a valve fibres run round it', (t) => {
  const { la, floor } = shape.dimensions;
  let sum = 0;
  let count = 0;
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const [x, y, z] = [0, 1, 2].map((axis) => mesh.points[3 * mesh.tets[4 * tet] + axis]);
    if (mesh.regions[tet] !== ATRIUM.la || z < floor + 4 || z > floor + 9 || x < la.centre[0]) continue;
    const [dx, dy] = [x - la.centre[0], y - la.centre[1]];
    const [fx, fy] = mesh.fibres.subarray(3 * tet, 3 * tet + 2);
    sum += Math.abs(-dy * fx + dx * fy) / Math.hypot(dx, dy);
    count++;
  }
  t.true(count > 100);
  t.true(sum / count > 0.95, `mean cosine ${sum / count}`);
});

test('the fast bundle joins both atria in front and is a small part of their muscle', (t) => {
  const share = { la: 0, ra: 0 };
  let front = 0;
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    if ((mesh.speed?.[tet] ?? 1) < 1.25) continue;
    share[mesh.regions[tet] === ATRIUM.la ? 'la' : 'ra'] += 1 / tetCount(mesh);
    front += mesh.points[3 * mesh.tets[4 * tet] + 1] < shape.dimensions.la.centre[1] ? 1 : 0;
  }
  t.true(share.la > 0.005 && share.ra > 0.005, JSON.stringify(share));
  t.true(share.la + share.ra < 0.05, JSON.stringify(share));
  t.true(front / tetCount(mesh) > 0.95 * (share.la + share.ra));
});

test('a turned and shifted heart has the same atria, but for triangles on the rims', (t) => {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const other = prepared(moved(heart, ([x, y, z]) => [c * y - s * z + 5, s * y + c * z - 300, x + 40]));
  const [x, y, z] = atria.sinusNode;
  const expected = [c * y - s * z + 5, s * y + c * z - 300, x + 40];
  t.true(Math.hypot(...expected.map((value, axis) => value - other.sinusNode[axis])) < 1);
  // Rays are cast in fixed directions, so that a triangle on a rim may fall to the other surface.
  const off = (name: 'veinToValve' | 'transmural', node: number) =>
    Math.abs(other.coordinates[name][node] - coordinates[name][node]);
  const all = [...coordinates.transmural.keys()];
  t.true(all.filter((node) => off('transmural', node) > 0.05).length < 0.01 * all.length);
  t.true(all.reduce((sum, node) => sum + off('veinToValve', node), 0) < 0.005 * all.length);
  t.deepEqual(other.coordinates.transatrial, coordinates.transatrial);
  const { la, ra } = DEFAULT_P_WAVE;
  const own = solveAtrialWave(mesh, atria.sinusNode, { la, ra });
  const turned = solveAtrialWave(other.mesh, other.sinusNode, { la, ra });
  const apart = own.reduce((sum, time, node) => sum + Math.abs(time - turned[node]), 0) / own.length;
  t.true(apart < 1, `activation differs by ${apart} ms on average`);
});

test('tags that call both cavities one atrium are refused in words', (t) => {
  const settings = { ...DEFAULT_ANATOMY, regions: REGIONS };
  const one = { ...raw, tags: Int32Array.from(raw.tags ?? [], (tag, tet) => (tet < 20 ? tag : 4)) };
  t.throws(() => prepareAtria(one, { ventricles, unit: 'mm', name: 'test', settings }), {
    message: /Both cavities .* expected one of each\. Check the tags named la and ra\./,
  });
  const { atria: none, findings } = prepareAtriaIfSound(one, { ventricles, unit: 'mm', name: 'test', settings });
  t.is(none, undefined);
  t.deepEqual(
    findings.map(({ code }) => code),
    ['atria-left-out'],
  );
  t.regex(findings[0].message, /The atria were left out, and the twin has no P wave: Both cavities/);
});

test('without a superior vena cava the sinus node is put by position and told of', (t) => {
  const findings = prepared({ ...heart, raw: closedAbove }).findings.map(({ code }) => code);
  t.true(findings.includes('sinus-node-by-position'));
  t.false(atria.findings.some(({ code }) => code === 'sinus-node-by-position'));
});

test('a hole in the septum does not join the atria: they are parted by their tags, and the hole is no vein', (t) => {
  const { la, ra, veins, wall, floor } = shape.dimensions;
  const hole = { name: 'ripv', from: la.centre, direction: [-1, 0, 0], radius: 5 } as const;
  const pierced = rawOf(shapeOf({ ...shape.dimensions, veins: [...veins, hole] }), 3);
  const open = prepared({ ...heart, raw: pierced });
  t.true(open.findings.some(({ code }) => code === 'atrial-septum-open'));
  const ra_mL = raCavityVolume_mm3(la, ra, wall, floor) / 1000;
  t.true(Math.abs(enclosedVolume_mL(open.mesh.points, open.surfaces.laEndo) / 70 - 1) < 0.04);
  t.true(Math.abs(enclosedVolume_mL(open.mesh.points, open.surfaces.raEndo) / ra_mL - 1) < 0.04);
  // At a vein the coordinate would be 0 there.
  const beyond = new Set(open.surfaces.raEndo);
  const rim = [...new Set(open.surfaces.laEndo)].filter((node) => beyond.has(node));
  t.true(rim.length > 5);
  t.true(rim.every((node) => open.coordinates.veinToValve[node] > 0.2));
});

test('atria whose veins are closed, as where walls were grown around blood, have coordinates from the place farthest from the valve on', (t) => {
  const closed = prepared({ ...heart, raw: rawOf(shapeOf({ ...shape.dimensions, veins: [] }), 3) });
  const codes = closed.findings.map(({ code }) => code);
  t.true(codes.includes('atrial-veins-missing') && codes.includes('sinus-node-by-position'));
  const { veinToValve, transatrial } = closed.coordinates;
  for (const side of [0, 1]) {
    const own = veinToValve.filter((_, node) => transatrial[node] === side);
    t.is(Math.min(...own), 0);
    t.is(Math.max(...own), 1);
  }
  const [x, y, z] = closed.sinusNode;
  t.is(shape.region(x, y, z), ATRIUM.ra);
  const { la, ra } = DEFAULT_P_WAVE;
  t.true(Math.max(...solveAtrialWave(closed.mesh, closed.sinusNode, { la, ra })) < 150);
});
