import test from 'ava';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { delineateP } from '../../twin/ecg/delineateP.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { openRandom } from '../../twin/random.ts';
import { drawnRecording } from '../helpers/recordings.ts';

const SAMPLES = 260;
/** A raised cosine between two times, of the leads' own signs and sizes, in noise. */
const waveOf = (from: number, to: number, height_mV = 0.12, noise_mV = 0) => {
  const random = openRandom(7, 'p');
  return Float64Array.from({ length: SAMPLES * LEADS }, (_, at) => {
    const phase = (Math.floor(at / LEADS) - from) / (to - from);
    const lead = at % LEADS;
    const wave = phase <= 0 || phase >= 1 ? 0 : Math.sin(Math.PI * phase) ** 2;
    return (lead === 2 ? -1 : 1) * (1 - lead / 12) * height_mV * wave + noise_mV * random.normal();
  });
};
const boundsOf = (voltage: Float64Array) => {
  const found = delineateP(voltage, LEADS, 1);
  return typeof found === 'string' ? { onset_ms: Number.NaN, offset_ms: Number.NaN } : found;
};

for (const [from, to] of [
  [90, 170],
  [60, 175],
]) {
  test(`a P wave drawn from ${from} to ${to} ms is found where it rises from zero by a tenth of itself`, (t) => {
    const { onset_ms, offset_ms } = boundsOf(waveOf(from, to));
    // A raised cosine reaches a tenth of its height after 0.102 of its length.
    const rise = 0.102 * (to - from);
    t.true(Math.abs(onset_ms - from - rise) < 5, `${onset_ms - from - rise} ms`);
    t.true(Math.abs(offset_ms - to + rise) < 5, `${offset_ms - to + rise} ms`);
  });
}

test('P bounds do not depend on the leads’ order, polarity and levels, nor on the unit', (t) => {
  const wave = waveOf(80, 180, 0.12, 0.003);
  const found = boundsOf(wave);
  const turned = wave.map((_, at) => -wave[at - (at % LEADS) + ((at + 3) % LEADS)]);
  const lifted = wave.map((value, at) => 1000 * (value + (at % LEADS)));
  for (const other of [turned, lifted].map(boundsOf)) {
    t.true(Math.abs(other.onset_ms - found.onset_ms) < 1e-6 && Math.abs(other.offset_ms - found.offset_ms) < 1e-6);
  }
});

test('noise of 10 µV moves P bounds by less than 8 ms', (t) => {
  const [clean, noisy] = [waveOf(80, 180), waveOf(80, 180, 0.12, 0.01)].map(boundsOf);
  t.true(Math.abs(noisy.onset_ms - clean.onset_ms) < 8 && Math.abs(noisy.offset_ms - clean.offset_ms) < 8);
});

test('noise alone, and a line, are no P wave', (t) => {
  t.regex(String(delineateP(waveOf(80, 180, 0, 0.01), LEADS, 1)), /no wave|lasts|lower|no beginning/);
  t.is(typeof delineateP(new Float64Array(SAMPLES * LEADS), LEADS, 1), 'string');
  const slope = Float64Array.from({ length: SAMPLES * LEADS }, (_, at) => 1e-3 * Math.floor(at / LEADS));
  t.is(typeof delineateP(slope, LEADS, 1), 'string');
});

test('a recorded P wave of 90 ms that begins 170 ms before the QRS is cut out on the beat’s clock', (t) => {
  const { pWave, qrsOnset_ms, interval_ms } = prepareBeat(drawnRecording({ noise_mV: 0.005 }), DEFAULT_BEAT);
  t.truthy(pWave);
  if (pWave === undefined) return;
  t.true(Math.abs(qrsOnset_ms - pWave.onset_ms - 162) < 8, `${qrsOnset_ms - pWave.onset_ms} ms`);
  t.true(Math.abs(pWave.offset_ms - pWave.onset_ms - 74) < 10, `${pWave.offset_ms - pWave.onset_ms} ms`);
  const at = (time_ms: number) => Math.round((time_ms - pWave.start_ms) / interval_ms);
  t.true(Number.isInteger(pWave.start_ms / interval_ms));
  t.true(Math.abs(pWave.voltage_mV[at(pWave.onset_ms) * LEADS + 1]) < 0.01);
  const peak = pWave.voltage_mV.filter((_, place) => place % LEADS === 1).reduce((a, b) => Math.max(a, b));
  t.true(Math.abs(peak - 0.1) < 0.012, `${peak} mV`);
});

/** P waves of every beat at another place and of another sign, as fibrillation makes them. */
function fibrillating(): EcgRecording {
  const drawn = drawnRecording({ noise_mV: 0.004 });
  const random = openRandom(2, 'fibrillation');
  const waves = drawn.leads.map(() =>
    [0, 1, 2].map(() => ({ rate_Hz: 5 + 2 * random.uniform(), phase: 6 * random.uniform() })),
  );
  const isBeforeQrs = (at: number) => {
    const inCycle = ((at * 2 - 500 + 300) % 850) - 300;
    return inCycle > -180 && inCycle < -70;
  };
  return {
    ...drawn,
    voltage_mV: drawn.voltage_mV.map((signal, lead) =>
      signal.map((value, at) => {
        const fine = waves[lead].reduce(
          (sum, { rate_Hz, phase }) => sum + 0.04 * Math.sin((2 * Math.PI * rate_Hz * at) / 500 + phase),
          0,
        );
        return (isBeforeQrs(at) ? 0 : value) + fine;
      }),
    ),
  };
}

test('fibrillation has no P wave, and the beat says why', (t) => {
  const { pWave, findings } = prepareBeat(fibrillating(), DEFAULT_BEAT);
  t.is(pWave, undefined);
  t.regex(findings.find(({ code }) => code === 'p-wave-missing')?.message ?? '', /no P wave: /);
});
