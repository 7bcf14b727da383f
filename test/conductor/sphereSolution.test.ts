import test from 'ava';
import { type Shell, sphereLeadField } from '../../bench/leadField/sphereSolution.ts';

type Point = [number, number, number];
const even = (radius_mm: number, sigma: number): Shell => ({ radius_mm, radial_S_m: sigma, tangential_S_m: sigma });
const places: Point[] = [
  [10, 4, -20],
  [-30, 25, 5],
  [1, 2, 3],
  [40, -40, 30],
];
const electrode: Point = [60, 80, 0];

/** One tissue: Σ (2n+1)/n tⁿ Pₙ summed with the generating function of the Legendre polynomials. */
function closedForm([x, y, z]: Point, e: Point, sigma: number): number {
  const R = Math.hypot(...e);
  const rho = Math.hypot(x - e[0], y - e[1], z - e[2]);
  const along = (x * e[0] + y * e[1] + z * e[2]) / R;
  return -(2 / rho - 2 / R - Math.log((R - along + rho) / (2 * R)) / R) / (4 * Math.PI * sigma);
}

test('in one tissue the series sums to its closed form', (t) => {
  for (const place of places) {
    const { potential } = sphereLeadField([even(100, 0.3)], electrode, place);
    const exact = closedForm(place, electrode, 0.3);
    t.true(Math.abs(potential / exact - 1) < 1e-10, `${potential} ${exact}`);
  }
});

test('gradients are those of finite differences of the potential, in isotropic and anisotropic shells', (t) => {
  const shells = [
    { radius_mm: 30, radial_S_m: 1.6, tangential_S_m: 0.6 },
    even(70, 0.07),
    { radius_mm: 100, radial_S_m: 0.2, tangential_S_m: 0.5 },
  ];
  for (const place of places) {
    const { gradient } = sphereLeadField(shells, electrode, place);
    for (let axis = 0; axis < 3; axis++) {
      const beside = (step: number) => {
        const moved: Point = [...place];
        moved[axis] += step;
        return sphereLeadField(shells, electrode, moved).potential;
      };
      const difference = (beside(1e-3) - beside(-1e-3)) / 2e-3;
      t.true(Math.abs(gradient[axis] - difference) < 1e-6 * Math.hypot(...gradient), `${gradient[axis]} ${difference}`);
    }
  }
});

test('a shell parted in two of one conductivity changes nothing', (t) => {
  const whole = [even(40, 1), even(100, 0.2)];
  const parted = [even(20, 1), even(40, 1), even(55, 0.2), even(100, 0.2)];
  for (const place of places) {
    const one = sphereLeadField(whole, electrode, place).potential;
    const other = sphereLeadField(parted, electrode, place).potential;
    t.true(Math.abs(one - other) < 1e-12 * Math.abs(one));
  }
});

test('across the boundary of two shells the current along the radius goes on', (t) => {
  const shells = [even(40, 1), even(70, 0.07), even(100, 0.2)];
  const flux = (radius: number, sigma: number) => {
    const place: Point = [radius * 0.6, 0, radius * 0.8];
    const { gradient } = sphereLeadField(shells, electrode, place);
    return sigma * (gradient[0] * 0.6 + gradient[2] * 0.8);
  };
  t.true(Math.abs(flux(70 - 1e-7, 0.07) / flux(70 + 1e-7, 0.2) - 1) < 1e-6);
});
