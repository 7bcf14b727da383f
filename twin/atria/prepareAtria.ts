import type { AnatomySettings } from '../anatomy/anatomy.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { RawMesh } from '../formats/format.ts';
import { checkMesh } from '../mesh/checkMesh.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import type { LengthUnit } from '../units.ts';
import type { Atria } from './atria.ts';
import { atrialCoordinates, solveAtrialFields } from './atrialCoordinates.ts';
import { atrialFibres } from './atrialFibres.ts';
import { findAtrialSurfaces } from './atrialSurfaces.ts';
import { BACHMANN_FACTOR } from './atrialWave.ts';
import { type AtrialBundle, bundleBetween } from './bundle.ts';
import { findLandmarks } from './landmarks.ts';
import { type AtrialOpenings, bodyAxes, findOpenings, type VentriclesBelow } from './openings.ts';

/** What the atria of one heart are prepared by. */
export interface AtrialContext {
  /** Of the same heart, in the same frame: they tell which way up it is, and which opening is a valve */
  readonly ventricles: VentriclesBelow;
  /** Unit of the ventricles' file, as `checkMesh` took it */
  readonly unit: LengthUnit;
  /** The mesh file's name, for messages */
  readonly name: string;
  /** How the heart lies in the body where that is known, as of an image (`bodyAxes`) */
  readonly rotation?: readonly number[] | undefined;
  readonly settings: Pick<AnatomySettings, 'regions' | 'fibres' | 'repair'>;
}

/** Half widths, mm; ours. */
const BACHMANN_HALF_WIDTH_mm = 4.5;
const CRISTA_HALF_WIDTH_mm = 3.5;

/**
 * From the atrial part of a file's mesh (`splitChambers`) to atria that conduct: gates, surfaces, openings, coordinates, landmarks, fibres and the fast
 * bundle between the atria, in this order. The same input gives the same bits.
 *
 * @throws TwinError BadInput and BadAnatomy as for ventricles, NoConvergence when a Laplace solution fails
 */
export function prepareAtria(raw: RawMesh, context: AtrialContext): Atria {
  const { ventricles, unit, name, rotation, settings } = context;
  const { la, ra } = settings.regions;
  const checked = checkMesh(raw, {
    name: `${name} (atria)`,
    unit,
    fibres: settings.fibres,
    repair: settings.repair,
    regions: { ...(la && { lv: la }), ...(ra && { rv: ra }) },
  });
  const body = bodyAxes(ventricles, rotation);
  const { toBase } = body;
  const found = findAtrialSurfaces(checked.mesh, [-toBase[0], -toBase[1], -toBase[2]]);
  const { surfaces } = found;
  const openings = findOpenings(checked.mesh.points, surfaces, ventricles, body);
  const fields = solveAtrialFields(checked.mesh, surfaces, openings);
  const coordinates = atrialCoordinates(checked.mesh, surfaces, openings, fields);
  const { sinusNode, bachmann, crista, hasSvc } = findLandmarks(checked.mesh, surfaces, coordinates, openings, body);
  const roof = bundleBetween(checked.mesh, bachmann.from, bachmann.to, BACHMANN_HALF_WIDTH_mm);
  const isRuled = !checked.hasFibres || settings.fibres === 'rule';
  const lateral = () => (crista ? [bundleBetween(checked.mesh, crista.from, crista.to, CRISTA_HALF_WIDTH_mm)] : []);
  const mesh: TetMesh = {
    ...checked.mesh,
    fibres: isRuled ? atrialFibres(checked.mesh, fields, [...lateral(), roof]) : checked.mesh.fibres,
    speed: speedOf(roof, BACHMANN_FACTOR),
  };
  return {
    mesh,
    surfaces,
    coordinates,
    sinusNode,
    findings: [
      // Which gates are for ventricles alone: that the left one has more muscle.
      ...checked.findings.filter(({ code }) => code !== 'regions-implausible'),
      ...found.findings,
      ...describeOpenings(openings, hasSvc),
    ],
  };
}

/** Atria where they could be prepared, and what there is to say of them. */
export interface FoundAtria {
  readonly atria?: Atria;
  readonly findings: readonly Finding[];
}

/**
 * Prepares atria or leaves them out with a finding: ventricles carry the twin, and a subject is not lost over a wall that no study asked for by itself.
 *
 * @throws TwinError BadStudy where the study is at fault
 */
export function prepareAtriaIfSound(raw: RawMesh, context: AtrialContext): FoundAtria {
  try {
    const atria = prepareAtria(raw, context);
    return { atria, findings: atria.findings };
  } catch (error) {
    if (!(error instanceof TwinError) || error.code === 'BadStudy' || error.code === 'Cancelled') throw error;
    const message = `The atria were left out, and the twin has no P wave: ${error.message}`;
    return { findings: [{ code: 'atria-left-out', severity: 'warning', message }] };
  }
}

/** Speed of a mesh with a fast bundle, [tets]. */
export const speedOf = ({ share }: Pick<AtrialBundle, 'share'>, factor: number): Float32Array =>
  share.map((part) => 1 + part * (factor - 1));

function describeOpenings({ la, ra }: AtrialOpenings, hasSvc: boolean): Finding[] {
  const findings: Finding[] = [];
  const closed = [la.veins.length === 0 ? 'left' : '', ra.veins.length === 0 ? 'right' : ''].filter(Boolean);
  if (closed.length > 0) {
    const message = `No veins open into the ${closed.join(' and the ')} atrium; coordinates and fibres start at the place farthest from the valve instead.`;
    findings.push({ code: 'atrial-veins-missing', severity: 'warning', message });
  }
  if (!hasSvc) {
    const message =
      'No superior vena cava was found; the sinus node was put on the highest, hindmost point of the right atrium.';
    findings.push({ code: 'sinus-node-by-position', severity: 'warning', message });
  }
  return findings;
}
