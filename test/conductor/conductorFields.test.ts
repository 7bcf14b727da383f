import test from 'ava';
import {
  between,
  centroid,
  ellipsoidSurface,
  muscleShell,
  roundBody,
  roundError,
  tetGradient,
} from '../../bench/leadField/roundBodies.ts';
import { sphereLeadField } from '../../bench/leadField/sphereSolution.ts';
import type { Point } from '../../twin/anatomy/anatomy.ts';
import { type ConductorInput, conductorFields } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR, DEFAULT_CONDUCTOR_SETTINGS } from '../../twin/conductor/conductorSettings.ts';
import { nodeCount } from '../../twin/mesh/tetMesh.ts';

/** A small body, so that fine edges stay cheap: radii in mm, lungs a tenth as conductive as what is around them. */
const sizes = {
  bloodRadius_mm: 10,
  muscleRadius_mm: 20,
  lungs_mm: [42, 56],
  skinRadius_mm: 75,
  spacing_mm: 3,
} as const;
const lungsOnly = {
  intracellularFibre_S_m: 0.3,
  intracellularTransverse_S_m: 0.3,
  extracellularFibre_S_m: 0.4,
  extracellularTransverse_S_m: 0.4,
  blood_S_m: 0.7,
  lungs_S_m: 0.07,
  torso_S_m: 0.7,
};
const coarse = { ...DEFAULT_CONDUCTOR_SETTINGS, heartEdge_mm: 5, farEdge_mm: 10 };
const fine = { ...DEFAULT_CONDUCTOR_SETTINGS, heartEdge_mm: 3.5, farEdge_mm: 6 };

const round = roundBody(sizes, lungsOnly);
const solvedCoarse = conductorFields({ ...round.input, settings: coarse });
const solvedFine = conductorFields({ ...round.input, settings: fine });

test('inside a shell of lungs potentials are within 1 % and gradients within 2 % of the closed form', (t) => {
  const { potential, gradient } = roundError(round, solvedFine.fields);
  t.true(potential < 0.01, `potential ${potential}`);
  t.true(gradient < 0.02, `gradient ${gradient}`);
});

test('the error in potentials falls at least 1.8 times when edges shrink by a third', (t) => {
  const before = roundError(round, solvedCoarse.fields);
  const after = roundError(round, solvedFine.fields);
  t.true(before.potential > 1.8 * after.potential, `${before.potential} ${after.potential}`);
  t.true(before.gradient > after.gradient, `${before.gradient} ${after.gradient}`);
});

test('muscle whose fibres all point away from the centre is the closed form’s radial conductor, within 3 %', (t) => {
  const radial = (place: Point): Point => {
    const length = Math.hypot(...place);
    return [place[0] / length, place[1] / length, place[2] / length];
  };
  const c = DEFAULT_CONDUCTOR;
  const heart = muscleShell(sizes.bloodRadius_mm, sizes.muscleRadius_mm, 2, radial);
  const input = {
    ...round.input,
    heart,
    conductivity: { ...c, lungs_S_m: c.torso_S_m },
    settings: { ...fine, heartEdge_mm: 3 },
  };
  const shells = [
    { radius_mm: 10, radial_S_m: c.blood_S_m, tangential_S_m: c.blood_S_m },
    {
      radius_mm: 20,
      radial_S_m: c.intracellularFibre_S_m + c.extracellularFibre_S_m,
      tangential_S_m: c.intracellularTransverse_S_m + c.extracellularTransverse_S_m,
    },
    { radius_mm: 75, radial_S_m: c.torso_S_m, tangential_S_m: c.torso_S_m },
  ];
  const { potential } = roundError({ input, shells }, conductorFields(input).fields);
  t.true(potential < 0.03, `potential ${potential}`);
});

test('a dipole’s potential between two electrodes is −p · ∇Z of their lead, within 2 % of the closed form', (t) => {
  const { heart, electrodes } = round.input;
  const tet = Math.floor(heart.tets.length / 8);
  const { gradient } = tetGradient(heart, tet, solvedFine.fields, electrodes.length);
  const place = centroid(heart.points, heart.tets, tet);
  const exact = [0, 3].map((e) => sphereLeadField(round.shells, electrodes[e], place).gradient);
  for (let axis = 0; axis < 3; axis++) {
    const found = gradient[axis] - gradient[9 + axis];
    const size = Math.hypot(...[0, 1, 2].map((at) => exact[0][at] - exact[1][at]));
    t.true(Math.abs(found - exact[0][axis] + exact[1][axis]) < 0.02 * size, `${found}`);
  }
});

test('the same body gives the same bits', (t) => {
  t.deepEqual(conductorFields({ ...round.input, settings: coarse }), solvedCoarse);
});

test('leads do not depend on the order of the electrodes', (t) => {
  const order = [4, 7, 1, 8, 0, 3, 6, 2, 5];
  const turned = conductorFields({
    ...round.input,
    electrodes: order.map((e) => round.input.electrodes[e]),
    settings: coarse,
  });
  let worst = 0;
  let largest = 0;
  for (let node = 0; node < nodeCount(round.input.heart); node++) {
    for (let e = 0; e < 9; e++) {
      const value = solvedCoarse.fields[9 * node + order[e]];
      worst = Math.max(worst, Math.abs(turned.fields[9 * node + e] - value));
      largest = Math.max(largest, Math.abs(value));
    }
  }
  t.true(worst < 1e-5 * largest, `${worst / largest}`);
});

test('fields of all electrodes sum to zero, and each has the mean zero over the heart’s nodes', (t) => {
  const nodes = nodeCount(round.input.heart);
  const means = new Float64Array(9);
  for (let node = 0; node < nodes; node++) {
    let sum = 0;
    for (let e = 0; e < 9; e++) {
      sum += solvedFine.fields[9 * node + e];
      means[e] += solvedFine.fields[9 * node + e] / nodes;
    }
    t.true(Math.abs(sum) < 1e-15);
  }
  t.true(means.every((mean) => Math.abs(mean) < 1e-15));
});

test('muscle beside the ventricles conducts, and has fields that go on from theirs', (t) => {
  const { input } = round;
  const atria = { ...input.heart, points: input.heart.points.slice() };
  const { extraFields, fields } = conductorFields({ ...input, extraMuscle: atria, settings: coarse });
  t.deepEqual(extraFields, fields);
});

test('lungs that are turned into torso leave the field of one tissue', (t) => {
  const shell = between(ellipsoidSurface([56, 56, 56], 12), ellipsoidSurface([42, 42, 42], 12));
  const even = { ...lungsOnly, lungs_S_m: 0.7 };
  const input: ConductorInput = {
    ...round.input,
    torso: { ...round.input.torso, lungs: [shell] },
    conductivity: even,
    settings: coarse,
  };
  const body = roundBody({ ...sizes, lungs_mm: [0, 0] }, even);
  t.true(roundError({ ...body, input }, conductorFields(input).fields).potential < 0.02);
});
