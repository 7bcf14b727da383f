import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { DRAW_METRICS } from '../../twin/ensemble/memberDraws.ts';
import { seedOfRecording } from '../../twin/ensemble/seedOfRecording.ts';
import { ensembleOfTwin } from '../../twin/ensemble/summary.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const anatomy = slabHeart(12);
const MEMBERS = 4;

/** A wave in every lead; another phase is another recording. */
const beatOf = (phase: number): Beat => ({
  interval_ms: 2,
  voltage_mV: Float64Array.from({ length: 50 * LEADS }, (_, at) => Math.sin(0.09 * Math.floor(at / LEADS) + phase)),
  qrsOnset_ms: 10,
  qrsOffset_ms: 80,
  isCalibrated: true,
  findings: [],
});

/** Velocities of the members as drawn from the prior, [members, columns of velocities]. */
async function drawnVelocities(beat: Beat, seed = DEFAULT_CALIBRATION.seed): Promise<number[][]> {
  const settings = { ...DEFAULT_CALIBRATION, seed, pmjs: 30, ensembleMembers: MEMBERS };
  const { draws } = await ensembleOfTwin({ anatomy, beat, settings, backend: referenceBackend, of: 'prior' });
  const values = draws?.values ?? new Float64Array();
  const count = values.length / DRAW_METRICS.length;
  return Array.from({ length: count }, (_, member) =>
    [...values.subarray(member * DRAW_METRICS.length, (member + 1) * DRAW_METRICS.length)].filter((_value, column) =>
      /Velocity_mm_ms$/.test(DRAW_METRICS[column] ?? ''),
    ),
  );
}

test('members of two recordings draw velocities of their own, those of one recording the same', async (t) => {
  const first = await drawnVelocities(beatOf(0));
  t.true(first.length >= MEMBERS / 2 && first.every((velocities) => velocities.length === 4), JSON.stringify(first));
  t.deepEqual(await drawnVelocities(beatOf(0)), first);
  const all = new Set(first.flat());
  for (const velocity of (await drawnVelocities(beatOf(1))).flat()) t.false(all.has(velocity));
  for (const velocity of (await drawnVelocities(beatOf(0), 2)).flat()) t.false(all.has(velocity));
});

test('seeds of recordings that differ in a sample’s last bit or in order are spread over all 32 bits', (t) => {
  const voltage_mV = Float64Array.from({ length: 80 }, (_, at) => at / 1024);
  const seeds = [seedOfRecording(1, { voltage_mV })];
  for (let at = 0; at < voltage_mV.length; at++) {
    const other = voltage_mV.slice();
    other[at] = (other[at] ?? 0) + 2 ** -50;
    seeds.push(seedOfRecording(1, { voltage_mV: other }));
  }
  seeds.push(seedOfRecording(1, { voltage_mV: voltage_mV.toReversed() }));
  t.is(new Set(seeds).size, seeds.length);
  const mean = seeds.reduce((sum, seed) => sum + seed / 2 ** 32, 0) / seeds.length;
  t.true(Math.abs(mean - 0.5) < 4 / Math.sqrt(12 * seeds.length), `${mean}`);
  t.is(seedOfRecording(1, { voltage_mV: voltage_mV.slice() }), seeds[0]);
});
