import { TwinError } from '../../errors.ts';
import { type Gate, withFinding } from './gate.ts';

/** Lengths within this of 1 are rounding of the file's decimals and are put right without a word. */
const ROUNDING = 0.01;
/** Shorter vectors have no direction: six decimals of a unit vector would still resolve it. */
const SHORTEST = 1e-6;

/** Takes the file's fibres or leaves them, as the study asks. */
export const fibreChoice: Gate = (draft) => {
  const { fibres: choice, name } = draft.settings;
  if (choice === 'rule') return { ...draft, fibres: undefined };
  if (draft.fibres) return draft;
  if (choice === 'file') {
    const message = `${name}: the study asks for the mesh's own fibres and there are none (a .lon beside a CARP mesh, a cell array of three components in VTK); bring them, or set fibres to rule`;
    throw new TwinError('BadInput', message, { file: name });
  }
  return withFinding(draft, {
    code: 'fibres-missing',
    severity: 'warning',
    message: 'the mesh brings no fibres; they are made by rule',
  });
};

/** Fibres get length 1; those without a direction become zero, which conducts isotropically, and are counted. */
export const fibreLengths: Gate = (draft) => {
  if (!draft.fibres) return draft;
  const fibres = draft.fibres.slice();
  const tets = fibres.length / 3;
  let zero = 0;
  let unknown = 0;
  let scaled = 0;
  for (let tet = 0; tet < tets; tet++) {
    const at = tet * 3;
    const x = fibres[at] as number;
    const y = fibres[at + 1] as number;
    const z = fibres[at + 2] as number;
    const length = Math.hypot(x, y, z);
    const isKnown = Number.isFinite(length);
    if (!isKnown) unknown++;
    else if (length < SHORTEST) zero++;
    else if (Math.abs(length - 1) > ROUNDING) scaled++;
    const factor = isKnown && length >= SHORTEST ? 1 / length : 0;
    fibres[at] = factor && x * factor;
    fibres[at + 1] = factor && y * factor;
    fibres[at + 2] = factor && z * factor;
  }
  if (zero + unknown === tets) {
    const message = `${draft.settings.name}: not one of the ${tets} fibres has a direction (${zero} zero, ${unknown} not finite); remove them to have fibres made by rule`;
    throw new TwinError('BadInput', message, { file: draft.settings.name });
  }
  let next = { ...draft, fibres };
  if (scaled > 0) {
    const message = `${scaled} of ${tets} fibres were not of length 1 and were brought to it`;
    next = {
      ...withFinding(next, { code: 'fibres-normalised', severity: 'repaired', message, count: scaled }),
      fibres,
    };
  }
  if (zero + unknown === 0) return next;
  const message = `${zero + unknown} of ${tets} fibres have no direction (${zero} zero, ${unknown} not finite); these tetrahedra conduct isotropically`;
  return withFinding(next, { code: 'fibres-without-direction', severity: 'warning', message, count: zero + unknown });
};
