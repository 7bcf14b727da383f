import test from 'ava';
import { locateTet, openLocator } from '../../twin/eikonal/locate.ts';
import { legTime, VELOCITY_COLUMN, velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import { seedPmjs } from '../../twin/eikonal/sources.ts';
import { openStraightWay, straightDerivatives, walkStraight } from '../../twin/eikonal/straightWay.ts';
import { nodeTets } from '../../twin/mesh/nodeTets.ts';
import { nodeCount, REGION, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { blockMesh } from '../helpers/meshes.ts';

const lv = { fibre_mm_ms: 0.61, transverse_mm_ms: 0.225 };
const rv = { fibre_mm_ms: 0.5, transverse_mm_ms: 0.26 };
/** Fibres that turn by 30° a millimetre, two ventricles, a scar, and a fast layer at the bottom. */
const block = blockMesh(7, 7, 7, 1, {
  fibre: ([x, , z]) => [Math.cos(0.5 * z + 0.1 * x), Math.sin(0.5 * z + 0.1 * x), 0],
  region: ([x, y]) => (x > 4 && y > 4 ? REGION.scar : x < 3 ? REGION.lv : REGION.rv),
  jitter: 0.2,
});
const mesh: TetMesh = { ...block, speed: Float32Array.from({ length: tetCount(block) }, (_, t) => (t % 5 ? 1 : 1.7)) };
const locator = openLocator(mesh);
const way = openStraightWay();

/** Time from a place to a node in `heart`, ms. */
function straightTime(place: readonly number[], node: number, heart = { mesh, locator }, velocities = { lv, rv }) {
  const byRegion = velocitiesByRegion(velocities);
  const slowness = byRegion.map((_, at) =>
    at % 2 === 0 ? byRegion[at + 1] ** -2 : byRegion[at - 1] ** -2 - byRegion[at] ** -2,
  );
  const [x, y, z] = place;
  const tet = locateTet(heart.locator, x, y, z, new Float64Array(4));
  const { neighbours } = heart.locator.nearField;
  return walkStraight(heart.mesh, neighbours, slowness, tet, x, y, z, node, Number.POSITIVE_INFINITY, 0, way);
}

const random = openRandom(3, 'ways');
const ways = Array.from({ length: 60 }, () => ({
  place: [0, 1, 2].map(() => 0.4 + 6.2 * random.uniform()),
  node: Math.floor(random.uniform() * nodeCount(mesh)),
}));

test('a straight way takes what small steps along it add up to, each in the metric of the tetrahedron that holds it', (t) => {
  const byRegion = velocitiesByRegion({ lv, rv });
  const timed = new Float64Array(6);
  const steps = 4000;
  for (const { place, node } of ways) {
    const leg = Float64Array.from(place, (x, axis) => mesh.points[3 * node + axis] - x);
    let expected = 0;
    for (let step = 0; step < steps; step++) {
      const [x, y, z] = place.map((at, axis) => at + ((step + 0.5) / steps) * leg[axis]);
      legTime(mesh, byRegion, locateTet(locator, x, y, z, new Float64Array(4)), leg, timed);
      expected += timed[0] / steps;
    }
    const time = straightTime(place, node);
    t.true(Math.abs(time - expected) < 1e-3 * expected, `${time} and ${expected} ms`);
  }
});

test('the derivatives of a way are its difference quotients, by place and by each velocity', (t) => {
  const out = new Float64Array(7);
  const workspace = { leg: new Float64Array(3), timed: new Float64Array(6) };
  let largest = 0;
  let worst = 0;
  for (const { place, node } of ways) {
    straightTime(place, node);
    straightDerivatives(
      mesh,
      velocitiesByRegion({ lv, rv }),
      VELOCITY_COLUMN,
      place[0],
      place[1],
      place[2],
      node,
      way,
      workspace,
      out,
    );
    const at = (parameter: number, change: number) => {
      const row = [...place, lv.fibre_mm_ms, lv.transverse_mm_ms, rv.fibre_mm_ms, rv.transverse_mm_ms];
      row[parameter] += change;
      return straightTime(
        row.slice(0, 3),
        node,
        { mesh, locator },
        {
          lv: { fibre_mm_ms: row[3], transverse_mm_ms: row[4] },
          rv: { fibre_mm_ms: row[5], transverse_mm_ms: row[6] },
        },
      );
    };
    for (let parameter = 0; parameter < 7; parameter++) {
      const quotient = (at(parameter, 1e-6) - at(parameter, -1e-6)) / 2e-6;
      largest = Math.max(largest, Math.abs(out[parameter]));
      worst = Math.max(worst, Math.abs(quotient - out[parameter]));
    }
  }
  t.true(worst < 1e-7 * largest, `${worst} of ${largest}`);
});

test('ways along edges, inside faces and through nodes of a lattice come out as all others', (t) => {
  const fibre = [2 / 3, 2 / 3, 1 / 3] as const;
  const lattice = blockMesh(5, 5, 5, 1, { fibre });
  const heart = { mesh: lattice, locator: openLocator(lattice) };
  for (const place of [
    [2, 2, 2],
    [2.5, 2.5, 2],
    [2.5, 2.5, 2.5],
    [2, 2, 2.25],
    [2.25, 2.25, 2.25],
  ]) {
    for (let node = 0; node < nodeCount(lattice); node++) {
      const leg = place.map((x, axis) => lattice.points[3 * node + axis] - x);
      const along = leg.reduce((sum, x, axis) => sum + x * fibre[axis], 0);
      const square = leg.reduce((sum, x) => sum + x * x, 0) - along * along;
      const expected = Math.hypot(along / lv.fibre_mm_ms, Math.sqrt(Math.max(square, 0)) / lv.transverse_mm_ms);
      t.true(Math.abs(straightTime(place, node, heart) - expected) < 1e-9, `${place} to ${node}`);
    }
  }
});

test('a way that leaves the muscle is none: a node across a gap is reached by the wave, not seeded', (t) => {
  const whole = blockMesh(8, 4, 2, 0.5);
  const kept = [...Array(tetCount(whole)).keys()].filter((tet) => {
    const centre = [0, 1].map((axis) =>
      [0, 1, 2, 3].reduce((sum, corner) => sum + whole.points[3 * whole.tets[4 * tet + corner] + axis] / 4, 0),
    );
    return !(centre[0] > 1.5 && centre[0] < 2.5 && centre[1] > 0.5);
  });
  const cut: TetMesh = {
    points: whole.points,
    tets: Uint32Array.from(kept.flatMap((tet) => [...whole.tets.subarray(4 * tet, 4 * tet + 4)])),
    regions: whole.regions.slice(0, kept.length),
    fibres: whole.fibres.slice(0, 3 * kept.length),
  };
  const heart = { mesh: cut, locator: openLocator(cut) };
  const place = [1.2, 1.7, 0.6];
  const across = [...Array(nodeCount(cut)).keys()].filter(
    (node) => cut.points[3 * node] === 2.5 && cut.points[3 * node + 1] === 1.5,
  );
  t.true(across.length > 0);
  for (const node of across) t.is(straightTime(place, node, heart), Number.POSITIVE_INFINITY);
  const seeds = seedPmjs(heart.locator, nodeTets(cut.tets, nodeCount(cut)), {
    lv,
    rv,
    pmjPositions: Float64Array.from(place),
    pmjTimes_ms: Float64Array.of(0),
  });
  t.true(across.every((node) => !seeds.nodes.includes(node)));
});
