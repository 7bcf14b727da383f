import test from 'ava';
import { samplePopulation } from '../../cohorts/population/people.ts';
import { closedFormCoordinates, plantRepolarisation } from '../../cohorts/population/plantedRepolarisation.ts';
import { ventricularCoordinates } from '../../twin/anatomy/coordinates.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import { REPOLARISATION_PARAMETERS } from '../../twin/repolarisation/repolarisation.ts';
import { testHeart } from '../helpers/hearts.ts';

const { shape, mesh, surfaces } = testHeart();
const closed = closedFormCoordinates(shape, mesh);
const solved = ventricularCoordinates(mesh, surfaces, solveHarmonicFields(mesh, surfaces), mesh.regions);

function correlation(a: Float64Array, b: Float64Array, chosen: (node: number) => boolean = () => true): number {
  const nodes = Array.from(a.keys()).filter(chosen);
  const mean = (values: Float64Array) => nodes.reduce((sum, node) => sum + values[node], 0) / nodes.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Float64Array, mx: number, y: Float64Array, my: number) =>
    nodes.reduce((sum, node) => sum + (x[node] - mx) * (y[node] - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

test('coordinates read off the closed form are those that are solved for on a mesh, nearly', (t) => {
  const isLv = (node: number) => solved.transventricular[node] === 0;
  t.true(correlation(closed.apicobasal, solved.apicobasal, isLv) > 0.99);
  t.true(correlation(closed.apicobasal, solved.apicobasal) > 0.95);
  t.true(correlation(closed.transmural, solved.transmural, isLv) > 0.99);
  t.true(correlation(closed.transventricular, solved.transventricular) > 0.97);
  const side = (values: Float64Array) => values.map(Math.sin);
  const isHigh = (node: number) => solved.apicobasal[node] > 0.25;
  t.true(correlation(side(closed.rotational), side(solved.rotational), isHigh) > 0.99);
});

test('women recover later by what is planted, and by nothing else', (t) => {
  const [plain, planted] = [0, 25].map((sexEffectOnAri_ms) => samplePopulation({ size: 2, sexEffectOnAri_ms }));
  for (const at of [0, 1]) {
    const [without, withEffect] = [plain[at], planted[at]].map(plantRepolarisation);
    const isFemale = plain[at].sex === 'female';
    for (const name of REPOLARISATION_PARAMETERS) {
      const expected = name === 'ari_ms' && isFemale ? 25 : 0;
      t.true(Math.abs(withEffect[name] - without[name] - expected) < 1e-9, name);
    }
  }
});
