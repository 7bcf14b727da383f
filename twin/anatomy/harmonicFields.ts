import type { TetMesh } from '../mesh/tetMesh.ts';
import type { Surfaces } from './anatomy.ts';
import { openLaplace } from './laplace.ts';
import { findApexNode, findLvAxis, type VentricleAxis } from './ventricleAxis.ts';

/** Harmonic fields between the surfaces of a heart, from which regions, coordinates and fibres are made. [nodes] each. */
export interface HarmonicFields {
  /** 1 on the LV endocardium, 0 on the RV endocardium and the epicardium: the chance that a random walk leaves the muscle there. */
  readonly lv: Float64Array;
  /** 1 on the RV endocardium, 0 on the LV endocardium and the epicardium */
  readonly rv: Float64Array;
  /** 1 on the epicardium, 0 on both endocardia: 1 − lv − rv */
  readonly epi: Float64Array;
  /** 0 at the epicardial apex, 1 on the base */
  readonly base: Float64Array;
  readonly lvAxis: VentricleAxis;
}

/**
 * The four Laplace solutions of rule-based fibres (Bayer et al., Ann Biomed Eng 2012), of which the third is the rest of the first two.
 *
 * @throws TwinError BadAnatomy when the LV has no basal rim, NoConvergence when a solution fails
 */
export function solveHarmonicFields(mesh: Pick<TetMesh, 'points' | 'tets'>, surfaces: Surfaces): HarmonicFields {
  const laplace = openLaplace(mesh);
  const { lvEndo, rvEndo, epi } = surfaces;
  const lvAxis = findLvAxis(mesh.points, lvEndo);
  // Nodes on a rim between two surfaces count as endocardium: the later value holds.
  const outside = { nodes: epi, value: 0 };
  const lv = laplace.solve([outside, { nodes: rvEndo, value: 0 }, { nodes: lvEndo, value: 1 }]).map(clampUnit);
  const rv = laplace.solve([outside, { nodes: lvEndo, value: 0 }, { nodes: rvEndo, value: 1 }]).map(clampUnit);
  const apex = findApexNode(mesh.points, epi, lvAxis);
  return {
    lv,
    rv,
    epi: lv.map((value, node) => clampUnit(1 - value - rv[node])),
    base: laplace
      .solve([
        { nodes: surfaces.base, value: 1 },
        { nodes: [apex], value: 0 },
      ])
      .map(clampUnit),
    lvAxis,
  };
}

/** Obtuse tetrahedra let a discrete solution leave its bounds by a little. */
const clampUnit = (value: number): number => Math.max(0, Math.min(1, value));
