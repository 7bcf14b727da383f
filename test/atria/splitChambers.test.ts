import test from 'ava';
import { splitChambers } from '../../twin/atria/splitChambers.ts';
import type { RawMesh } from '../../twin/formats/format.ts';
import { REGIONS } from './fourChambers.ts';

/** Four tetrahedra in a row, each sharing a face with the next. */
const raw = (tags: readonly number[]): RawMesh => ({
  points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 2, 1, 0, 2, 2, 2),
  unit: 'mm',
  tets: Uint32Array.of(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6),
  tags: Int32Array.from(tags),
  fibres: Float64Array.from({ length: 12 }, (_, at) => at),
  pointData: { node: { components: 1, values: Float64Array.of(0, 1, 2, 3, 4, 5, 6) } },
  cellData: { pair: { components: 2, values: Float64Array.from({ length: 8 }, (_, at) => at) } },
});

test('ventricles and atria share no node afterwards: those on the fibrous ring stand in both, with all that lies on them', (t) => {
  const { ventricles, atria, findings } = splitChambers(raw([1, 2, 4, 5]), REGIONS);
  t.deepEqual(findings, []);
  t.deepEqual([...ventricles.nodes], [0, 1, 2, 3, 4]);
  t.deepEqual([...(atria?.nodes ?? [])], [2, 3, 4, 5, 6]);
  t.deepEqual([...(atria?.tets ?? [])], [2, 3]);
  t.deepEqual([...(atria?.raw.tets ?? [])], [0, 1, 2, 3, 1, 2, 3, 4]);
  t.deepEqual([...(atria?.raw.points.subarray(0, 3) ?? [])], [0, 1, 0]);
  t.deepEqual([...(atria?.raw.fibres ?? [])], [6, 7, 8, 9, 10, 11]);
  t.deepEqual([...(atria?.raw.pointData.node?.values ?? [])], [2, 3, 4, 5, 6]);
  t.deepEqual([...(atria?.raw.cellData.pair?.values ?? [])], [4, 5, 6, 7]);
  t.deepEqual([...(ventricles.raw.tags ?? [])], [1, 2]);
});

test('a mesh without atria, or a study that names none, is left alone to the byte', (t) => {
  const mesh = raw([1, 2, 2, 1]);
  t.is(splitChambers(mesh, REGIONS).ventricles.raw, mesh);
  const four = raw([1, 2, 4, 5]);
  t.is(splitChambers(four, { lv: [1], rv: [2] }).ventricles.raw, four);
  t.is(splitChambers(four, {}).atria, undefined);
});

test('tissue that a study names other is left out and told of', (t) => {
  const { ventricles, atria, findings } = splitChambers(raw([1, 2, 9, 9]), { lv: [1], rv: [2], other: [9] });
  t.deepEqual([...ventricles.tets], [0, 1]);
  t.is(atria, undefined);
  t.deepEqual(
    findings.map(({ code, count }) => [code, count]),
    [['other-tissue-left-out', 2]],
  );
});

test('tags that the study does not name stay with the ventricles, whose gates refuse them', (t) => {
  const { ventricles } = splitChambers(raw([1, 7, 4, 5]), REGIONS);
  t.deepEqual([...(ventricles.raw.tags ?? [])], [1, 7]);
});

test('one atrium alone carries no wave from the sinus node to both: it is left out with a finding', (t) => {
  const { atria, findings } = splitChambers(raw([1, 2, 4, 4]), REGIONS);
  t.is(atria, undefined);
  t.regex(findings[0]?.message ?? '', /no tetrahedron tagged ra \(5\); the atria were left out/);
});

test('contradictory studies and meshes of atria alone are refused in words', (t) => {
  t.throws(() => splitChambers(raw([1, 2, 4, 5]), { lv: [1], rv: [2], la: [4] }), { message: /name la and not ra/ });
  t.throws(() => splitChambers(raw([1, 2, 4, 5]), { ...REGIONS, other: [4] }), { message: /tag 4 to two regions/ });
  t.throws(() => splitChambers(raw([4, 5, 4, 5]), REGIONS), { message: /expected ventricles beside them/ });
});
