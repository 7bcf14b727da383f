import type { Anatomy } from '../../../twin/anatomy/anatomy.ts';
import { medianAngle_deg } from '../../../twin/anatomy/fibreDoubts.ts';
import type { HarmonicFields } from '../../../twin/anatomy/harmonicFields.ts';
import { ruleBasedFibres } from '../../../twin/anatomy/ruleBasedFibres.ts';
import { findWalls, WALL } from '../../../twin/anatomy/walls.ts';
import { type TetMesh, tetCount } from '../../../twin/mesh/tetMesh.ts';
import type { CheckResult } from '../checkResult.ts';
import { fibreLeaps, type Leaps } from './fibreLeaps.ts';

const HUMAN = { endo: 60, epi: -60 };
const HELICES = [HUMAN, { endo: 50, epi: -50 }, { endo: 40, epi: -40 }, { endo: 30, epi: -30 }];
const LAYERS = 5;

/** A heart's own fibres against the rule's, by wall, by depth of the LV's free wall, and by helix. */
export function checkOwnFibres(mesh: TetMesh, fields: HarmonicFields): CheckResult[] {
  const fibres = ruleBasedFibres(mesh, fields, HUMAN);
  const { walls } = findWalls(mesh, fields);
  const isIn = (tet: number, wall: number) =>
    mesh.tets.subarray(4 * tet, 4 * tet + 4).every((node) => walls[node] === wall);
  const depth = (tet: number) =>
    1 - mesh.tets.subarray(4 * tet, 4 * tet + 4).reduce((sum, node) => sum + fields.lv[node] / 4, 0);
  const among = (isChosen: (tet: number) => boolean) => {
    const tets = [...Array(tetCount(mesh)).keys()].filter(isChosen);
    const chosen = (of: ArrayLike<number>, width: number) =>
      tets.flatMap((tet) => Array.from({ length: width }, (_, at) => of[width * tet + at]));
    const part = {
      tets: Uint32Array.from(chosen(mesh.tets, 4)),
      fibres: Float64Array.from(chosen(mesh.fibres, 3)),
    };
    return medianAngle_deg(part, Float64Array.from(chosen(fibres, 3)));
  };
  const byWall = Object.entries(WALL).map(([name, wall]) => ({ name, angle: among((tet) => isIn(tet, wall)) }));
  const byLayer = Array.from({ length: LAYERS }, (_, layer) =>
    among((tet) => isIn(tet, WALL.lvFree) && Math.min(LAYERS - 1, Math.floor(LAYERS * depth(tet))) === layer),
  );
  const byHelix = HELICES.map((helix) => ({
    helix,
    angle: medianAngle_deg(mesh, ruleBasedFibres(mesh, fields, helix)),
  }));
  return [
    {
      name: "rule-based fibres against the heart's own, ±60°",
      passed: byHelix[0].angle < 20 && byWall.every(({ angle }) => angle < 25),
      detail: [
        `median angle ${byHelix[0].angle.toFixed(1)}°`,
        ...byWall.map(({ name, angle }) => `${name} ${angle.toFixed(1)}°`),
        `LV from endocardium to epicardium ${byLayer.map((angle) => angle.toFixed(1)).join(', ')}°`,
      ].join('; '),
    },
    {
      name: "the helix that the heart's own fibres lie nearest to is flatter than ±60°",
      passed: byHelix.every(({ angle }, at) => at === 0 || angle < byHelix[0].angle),
      detail: byHelix.map(({ helix, angle }) => `±${helix.endo}° ${angle.toFixed(1)}°`).join('; '),
    },
  ];
}

/** Fibres do not flip inside a wall, whether they are the rule's or, by the way, the file's. */
export function checkLeaps(
  { mesh, surfaces }: Pick<Anatomy, 'mesh' | 'surfaces'>,
  fields: HarmonicFields,
): CheckResult {
  const rule = fibreLeaps(mesh, surfaces.base, fields, ruleBasedFibres(mesh, fields, HUMAN));
  const own = fibreLeaps(mesh, surfaces.base, fields, mesh.fibres);
  const percent = ({ share }: Leaps) => `${(100 * share).toFixed(3)} %`;
  const places = ['wall', 'insertions', 'apex', 'base'] as const;
  return {
    name: 'fibres of neighbouring tetrahedra over 45° apart',
    passed: rule.wall.share < 5e-4,
    detail: places.map((place) => `${place} ${percent(rule[place])}, the file's own ${percent(own[place])}`).join('; '),
  };
}
