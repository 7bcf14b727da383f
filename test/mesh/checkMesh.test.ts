import test from 'ava';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { type ErrorCode, TwinError } from '../../twin/errors.ts';
import type { RawMesh } from '../../twin/formats/format.ts';
import { type CheckedMesh, checkMesh } from '../../twin/mesh/checkMesh.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL, tetVolume } from '../../twin/mesh/volume.ts';
import { block, rawBlock } from './block.ts';

const codes = ({ findings }: CheckedMesh): string[] => findings.map(({ code }) => code);
const regions = { lv: [1], rv: [2] };

/** Code and sentence with which a mesh is refused. */
function refusal(raw: RawMesh, settings: Parameters<typeof checkMesh>[1] = {}): { code: ErrorCode; message: string } {
  try {
    checkMesh(raw, settings);
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('it passed');
}

/** Two raw meshes as one file, without a common node. */
function beside(first: RawMesh, second: RawMesh, offset: number): RawMesh {
  const nodes = first.points.length / 3;
  return {
    ...first,
    points: Float64Array.of(...first.points, ...second.points.map((value) => value + offset)),
    tets: Uint32Array.of(...first.tets, ...second.tets.map((node) => node + nodes)),
    tags: Int32Array.of(...(first.tags ?? []), ...(second.tags ?? [])),
    fibres: Float64Array.of(...(first.fibres ?? []), ...(second.fibres ?? [])),
  };
}

test('a healthy block passes without a finding: 4 mL, half of it in each ventricle', (t) => {
  const checked = checkMesh(rawBlock(), { regions });
  t.deepEqual(checked.findings, []);
  t.true(Math.abs(muscleVolume_mL(checked.mesh) - 4) < 1e-12);
  t.true(Math.abs(muscleVolume_mL(checked.mesh, REGION.lv) - 2) < 1e-12);
  t.true(Math.abs(muscleVolume_mL(checked.mesh, REGION.rv) - 2) < 1e-12);
  t.true(checked.hasFibres && checked.hasRegions);
  t.deepEqual(checked.mesh.tets, block().tets);
});

test('a declared unit in which no heart is so small or large is refused with the unit that fits', (t) => {
  const { code, message } = refusal(rawBlock({ unit: 'um' }), { name: 'heart.pts' });
  t.is(code, 'BadInput');
  t.regex(
    message,
    /^heart\.pts: in um, which the format implies, the mesh is 0\.0300 mm across.*it would fit in mm \(30\.0 mm across with 4\.00 mL/,
  );
  t.regex(refusal(rawBlock(), { unit: 'm' }).message, /in m, which the study declares/);
});

test('the study’s unit goes before the format’s, and coordinates become mm', (t) => {
  const { mesh, unit, findings } = checkMesh(rawBlock({ unit: 'um' }), { unit: 'mm' });
  t.is(unit, 'mm');
  t.deepEqual(mesh.points, block().points);
  t.deepEqual(findings, []);
});

test('a heart without a unit is in the only one that makes it a heart', (t) => {
  const heart = block({ cells: [8, 8, 6], edge: 10 });
  for (const [unit, perMm] of [
    ['um', 1000],
    ['mm', 1],
    ['cm', 0.1],
    ['m', 0.001],
  ] as const) {
    const checked = checkMesh(
      rawBlock({ ...heart, unit: undefined, points: heart.points.map((value) => value * perMm) }),
    );
    t.is(checked.unit, unit);
    t.deepEqual(codes(checked), ['unit-inferred']);
    t.true(Math.abs(muscleVolume_mL(checked.mesh) - 384) < 1e-9);
  }
  t.regex(
    refusal(rawBlock({ unit: undefined, points: block().points.map((value) => value * 50) })).message,
    /is no heart in any unit/,
  );
});

test('a coordinate that is not finite is refused with its node', (t) => {
  const points = block().points;
  points[22] = Number.NaN;
  t.regex(refusal(rawBlock({ points })).message, /1 coordinate is not a finite number, first y of node 7/);
});

test('a node that does not exist is refused with its tetrahedron', (t) => {
  const tets = block().tets;
  tets[17 * 4 + 2] = 75;
  t.regex(refusal(rawBlock({ tets })).message, /tetrahedron 17 refers to node 75, the mesh has nodes 0 to 74$/);
  t.regex(refusal(rawBlock({ tets: block().tets.map((node) => node + 1) })).message, /looks 1-based/);
});

test('arrays that do not fit the tetrahedra are refused with both counts', (t) => {
  t.regex(refusal(rawBlock({ fibres: new Float64Array(9) })).message, /3 fibres for 192 tetrahedra/);
  t.regex(refusal(rawBlock({ tags: new Int32Array(5) })).message, /5 tags for 192/);
  t.regex(refusal(rawBlock({ tets: new Uint32Array() })).message, /75 nodes and 0 tetrahedra/);
});

test('inverted tetrahedra are turned and counted; the volume stays 4 mL', (t) => {
  const tets = block().tets;
  for (const tet of [3, 50, 191]) tets.set([tets[tet * 4 + 1] as number, tets[tet * 4] as number], tet * 4);
  const checked = checkMesh(rawBlock({ tets }), { regions });
  t.deepEqual(
    checked.findings.map(({ code, count }) => [code, count]),
    [['inverted-tetrahedra', 3]],
  );
  t.true(checked.mesh.regions.every((_, tet) => tetVolume(checked.mesh, tet) > 0));
  t.true(Math.abs(muscleVolume_mL(checked.mesh) - 4) < 1e-12);
});

test('flat tetrahedra are left out with their tags and fibres, and counted', (t) => {
  const { points, tets, tags, fibres } = block();
  const raw = rawBlock({
    points,
    tets: Uint32Array.of(0, 1, 2, 5, ...tets),
    tags: Int32Array.of(99, ...tags),
    fibres: Float64Array.of(9, 9, 9, ...fibres),
  });
  // Nodes 0, 1, 2 lie on one edge of the block.
  const checked = checkMesh(raw, { regions });
  t.deepEqual(
    checked.findings.map(({ code, count }) => [code, count]),
    [['flat-tetrahedra', 1]],
  );
  t.deepEqual(checked.mesh.tets, tets);
  t.deepEqual(checked.mesh.regions, checkMesh(rawBlock(), { regions }).mesh.regions);
});

test('duplicate nodes are merged in the indices; nodes keep their order and number', (t) => {
  const whole = rawBlock();
  // Each tetrahedron with nodes of its own: only their places tell that they belong together.
  const points = Float64Array.from(
    [...whole.tets].flatMap((node) => [...whole.points.subarray(node * 3, node * 3 + 3)]),
  );
  const loose = { ...whole, points, tets: Uint32Array.from({ length: whole.tets.length }, (_, i) => i) };
  const checked = checkMesh(loose, { regions });
  t.deepEqual(
    checked.findings.map(({ code, count }) => [code, count]),
    [['duplicate-nodes', whole.tets.length - 75]],
  );
  t.deepEqual(checked.mesh.points, points);
  t.is(new Set(checked.mesh.tets).size, 75);
});

test('a tetrahedron that stands twice counts once, whatever the order of its corners', (t) => {
  const { tets, tags, fibres } = block();
  const [a, b, c, d] = tets as unknown as [number, number, number, number];
  const raw = rawBlock({
    tets: Uint32Array.of(...tets, d, b, a, c),
    tags: Int32Array.of(...tags, 1),
    fibres: Float64Array.of(...fibres, 0, 0, 1),
  });
  const checked = checkMesh(raw, { regions });
  t.deepEqual(codes(checked), ['repeated-tetrahedra']);
  t.deepEqual(checked.mesh.tets, tets);
});

test('nodes without tetrahedra stay in their place and are counted', (t) => {
  const { points, tets } = block();
  const raw = rawBlock({
    points: Float64Array.of(1000, 1000, 1000, ...points, 0, 0, 0),
    tets: tets.map((node) => node + 1),
  });
  const checked = checkMesh(raw, { regions });
  t.deepEqual(
    checked.findings.map(({ code, severity, count }) => [code, severity, count]),
    [['orphan-nodes', 'warning', 2]],
  );
  t.deepEqual(checked.mesh.points, raw.points);
  t.deepEqual(checked.mesh.tets, raw.tets);
});

test('muscle in two large parts cannot carry one wave', (t) => {
  const { code, message } = refusal(beside(rawBlock(), rawBlock(), 40));
  t.is(code, 'BadAnatomy');
  t.regex(message, /2 components \(4\.0000, 4\.0000 mL\) without a common node/);
});

test('a detached crumb under 1 % of the muscle is left out and reported', (t) => {
  const crumb = rawBlock(block({ cells: [1, 1, 1], edge: 2 }));
  const checked = checkMesh(beside(crumb, rawBlock(), 40), { regions });
  t.deepEqual(codes(checked), ['detached-parts']);
  t.regex(checked.findings[0]?.message ?? '', /2 components \(4\.0000, 0\.0080 mL\)/);
  t.is(checked.mesh.tets.length, block().tets.length);
  t.true(Math.abs(muscleVolume_mL(checked.mesh) - 4) < 1e-12);
});

test('a tag that the study does not name is refused with all tags and their volumes', (t) => {
  const { code, message } = refusal(rawBlock(), { regions: { lv: [1], rv: [3] } });
  t.is(code, 'BadInput');
  t.regex(message, /has tags 1 \(2\.0000 mL\), 2 \(2\.0000 mL\); the study knows lv = 1; rv = 3/);
  t.regex(refusal(rawBlock({ tags: undefined }), { regions }).message, /the mesh has no tags/);
  t.is(refusal(rawBlock(), { regions: { lv: [1, 2], rv: [2] } }).code, 'BadStudy');
});

test('without a map of both ventricles the regions are left to geometry, scar is kept', (t) => {
  t.false(checkMesh(rawBlock()).hasRegions);
  const scarred = checkMesh(rawBlock(), { regions: { scar: [2] } });
  t.false(scarred.hasRegions);
  t.true(Math.abs(muscleVolume_mL(scarred.mesh, REGION.scar) - 2) < 1e-12);
});

test('a left ventricle smaller than the right one is doubted and not swapped', (t) => {
  const tags = block().tags;
  tags.fill(2, 0, 120);
  const checked = checkMesh(rawBlock({ tags }), { regions });
  t.deepEqual(codes(checked), ['regions-implausible']);
  t.true(muscleVolume_mL(checked.mesh, REGION.lv) < muscleVolume_mL(checked.mesh, REGION.rv));
});

test('fibres get length 1; those without a direction become zero and are counted', (t) => {
  const fibres = block().fibres.map((value) => value * 20);
  fibres.set([0, 0, 0], 0);
  fibres.set([Number.NaN, 1, 0], 3);
  const checked = checkMesh(rawBlock({ fibres }), { regions });
  t.deepEqual(
    checked.findings.map(({ code, count }) => [code, count]),
    [
      ['fibres-normalised', 190],
      ['fibres-without-direction', 2],
    ],
  );
  t.deepEqual([...checked.mesh.fibres.subarray(0, 6)], [0, 0, 0, 0, 0, 0]);
  const expected = block().fibres;
  t.true(checked.mesh.fibres.every((value, i) => i < 6 || Math.abs(value - (expected[i] as number)) < 1e-14));
});

test('fibres come from the file, by rule, or are missed, as the study asks', (t) => {
  const without = rawBlock({ fibres: undefined });
  t.deepEqual(codes(checkMesh(without)), ['fibres-missing']);
  t.false(checkMesh(without).hasFibres);
  t.deepEqual(codes(checkMesh(without, { fibres: 'rule' })), []);
  t.false(checkMesh(rawBlock(), { fibres: 'rule' }).hasFibres);
  t.regex(refusal(without, { fibres: 'file' }).message, /asks for the mesh's own fibres and there are none/);
  t.regex(refusal(rawBlock({ fibres: new Float64Array(576) })).message, /not one of the 192 fibres has a direction/);
});

test('a check changes nothing of what it was given', (t) => {
  const raw = rawBlock({ unit: undefined });
  const before = structuredClone(raw);
  checkMesh(raw, { unit: 'mm', regions });
  t.deepEqual(raw, before);
});

test('a repair that the study forbids is a refusal that names the switch', (t) => {
  const { repair } = DEFAULT_ANATOMY;
  const { points, tets } = block();
  const inverted = tets.slice();
  inverted.set([tets[1] as number, tets[0] as number], 0);
  const flat = { tets: Uint32Array.of(0, 1, 2, 5, ...tets), tags: undefined, fibres: undefined };
  const crumb = beside(rawBlock(block({ cells: [1, 1, 1], edge: 2 })), rawBlock(), 40);
  const copied = { points: Float64Array.of(...points, ...points.subarray(0, 3)), tets: tets.slice() };
  copied.tets[copied.tets.indexOf(0)] = points.length / 3;
  const cases = [
    ['reorient', rawBlock({ tets: inverted }), /1 of 192 tetrahedra had negative orientation/],
    ['dropDegenerate', rawBlock(flat), /1 of 193 tetrahedra have no volume/],
    ['keepLargestPart', crumb, /2 components/],
    ['mergeDuplicates', rawBlock(copied), /1 of 76 nodes stand where another one stands already/],
  ] as const;
  for (const [by, raw, fault] of cases) {
    t.is(checkMesh(raw).findings.filter(({ severity }) => severity === 'repaired').length, 1, by);
    const { code, message } = refusal(raw, { repair: { ...repair, [by]: false } });
    t.is(code, 'BadAnatomy', by);
    t.regex(message, fault);
    t.regex(message, new RegExp(`forbids the repair \\(anatomy\\.repair\\.${by}: false\\)`));
  }
});

test('a mesh of which a third would have to be mended is refused; one that is inverted throughout is another convention', (t) => {
  const swapped = (every: number) => {
    const tets = block().tets.slice();
    for (let tet = 0; tet < tets.length / 4; tet += every) {
      tets.set([tets[4 * tet + 1] as number, tets[4 * tet] as number], 4 * tet);
    }
    return rawBlock({ tets });
  };
  t.regex(refusal(swapped(3)).message, /64 of 192 .* that is 33 %, more than the 20 % that may be mended/);
  const { most: _, ...switches } = DEFAULT_ANATOMY.repair;
  t.deepEqual(codes(checkMesh(swapped(3), { repair: { ...switches, most: 0.5 } })), ['inverted-tetrahedra']);
  t.is(checkMesh(swapped(1)).findings[0]?.count, 192);
});

test('nodes without tetrahedra leave where the study wants that, and the mesh is the same', (t) => {
  const { points, tets } = block();
  const raw = rawBlock({ points: Float64Array.of(1, 2, 3, ...points, 4, 5, 6), tets: tets.map((node) => node + 1) });
  const { mesh, findings } = checkMesh(raw, { repair: { ...DEFAULT_ANATOMY.repair, dropOrphans: true } });
  t.deepEqual(
    findings.map(({ code, severity, count }) => [code, severity, count]),
    [['orphan-nodes', 'repaired', 2]],
  );
  t.deepEqual(mesh.points, points);
  t.deepEqual(mesh.tets, tets);
});
