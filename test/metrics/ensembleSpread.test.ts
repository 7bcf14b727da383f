import test from 'ava';
import { ensembleSpread } from '../../twin/metrics/ensembleSpread.ts';
import { lvAtRest } from './testSubject.ts';

const velocity = (sd: number) => ({ mean: 0.6, sd, contraction: sd / 0.15 });

test('the spread of activation is the root mean square over nodes with a time', (t) => {
  const nodes = lvAtRest().twin.activation_ms.length;
  const sd_ms = new Float64Array(nodes).fill(3);
  sd_ms[0] = Number.NaN;
  sd_ms.fill(4, 1 + (nodes - 1) / 2);
  const ensemble = {
    members: 9,
    explaining: 8,
    clusters: 2,
    mean_ms: new Float64Array(nodes),
    sd_ms,
    totalActivation: { mean_ms: 90, sd_ms: 2.5 },
    velocities: {
      lvFibre: velocity(0.06),
      lvTransverse: velocity(0.09),
      rvFibre: velocity(0.12),
      rvTransverse: velocity(0.15),
    },
  };
  const values = ensembleSpread.measure(lvAtRest({ twin: { ensemble } }));
  const counted = sd_ms.filter((sd) => !Number.isNaN(sd));
  const expected = Math.sqrt(counted.reduce((sum, sd) => sum + sd * sd, 0) / counted.length);
  t.true(Math.abs((values.activationSd_ms ?? 0) - expected) < 1e-12);
  t.true(expected > 3 && expected < 4);
  t.is(values.ensembleMembers, 8);
  t.is(values.ensembleClusters, 2);
  t.is(values.rvFibreVelocityRelativeSd, 0.12);
  t.true(Math.abs((values.rvTransverseVelocityContraction ?? 0) - 1) < 1e-12);
});

test('a twin without ensemble has no spread', (t) => {
  t.true(Object.values(ensembleSpread.measure(lvAtRest())).every(Number.isNaN));
});
