import type { Finding } from '../errors.ts';
import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { degrees } from '../units.ts';
import type { HarmonicFields } from './harmonicFields.ts';
import { ruleBasedFibres } from './ruleBasedFibres.ts';

/** The helix of human hearts, about +60° on the endocardium to −60° on the epicardium (Streeter et al., Circ Res 1969), and its mirror image. */
const HUMAN = { endo: 60, epi: -60 };
const MIRRORED = { endo: -60, epi: 60 };
/** A file's fibres are doubted when they lie nearer to the mirrored rule by this much, degrees of the median angle: imaged fibres scatter by 20–30°. */
const MARGIN_deg = 20;

/**
 * Doubts fibres whose helix turns the wrong way through the wall, as when a mesh was mirrored, or two axes exchanged, without its fibres. Nothing is changed.
 */
export function doubtFibres(mesh: TetMesh, fields: HarmonicFields): Finding[] {
  const human = medianAngle_deg(mesh, ruleBasedFibres(mesh, fields, HUMAN));
  const mirrored = medianAngle_deg(mesh, ruleBasedFibres(mesh, fields, MIRRORED));
  if (!(human > mirrored + MARGIN_deg)) return [];
  return [
    {
      code: 'fibre-helix-reversed',
      severity: 'warning',
      message: `the mesh's fibres lie ${human.toFixed(0)}° (median) from a helix of +60° to −60° and ${mirrored.toFixed(0)}° from its mirror image; they were kept, but the mesh or the fibres were probably mirrored, or an angle's sign turned`,
    },
  ];
}

/** Median angle between two sets of fibres as lines, over tetrahedra that have both, degrees. */
export function medianAngle_deg(mesh: Pick<TetMesh, 'tets' | 'fibres'>, other: Float64Array): number {
  const angles: number[] = [];
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    let dot = 0;
    let own = 0;
    for (let axis = 0; axis < 3; axis++) {
      dot += mesh.fibres[3 * tet + axis] * other[3 * tet + axis];
      own += Math.abs(mesh.fibres[3 * tet + axis]);
    }
    if (own > 0) angles.push(degrees(Math.acos(Math.min(1, Math.abs(dot)))));
  }
  angles.sort((a, b) => a - b);
  return angles.length === 0 ? Number.NaN : angles[angles.length >> 1];
}
