import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import { parquetReadObjects } from 'hyparquet';
import { readParquet } from '../../../cohorts/parquet.ts';
import { ACTIVATION_COLUMNS, type ActivationRow, activationRows } from '../../../cohorts/waveforms/activationRows.ts';
import { WAVEFORM_COLUMNS, type WaveformRow, waveformRows } from '../../../cohorts/waveforms/waveformRows.ts';
import { openGrowingTable } from '../../../cohorts/waveforms/writeDerived.ts';
import { STANDARD_LEADS } from '../../../twin/ecg/beat.ts';
import { muscleVolume_mL } from '../../../twin/mesh/volume.ts';
import { INTERVAL_ms, lvAtRest, mesh } from '../../metrics/testSubject.ts';

const { anatomy, beat, twin } = lvAtRest();
const rows = activationRows('P1', anatomy, twin);
const row = (ventricle: string, segment: number) =>
  rows.find((one) => one.ventricle === ventricle && one.segment === segment);

test('the segments hold all the muscle once', (t) => {
  t.is(rows.length, 20);
  const sum = rows.reduce((volume, { volume_mL }) => volume + volume_mL, 0);
  t.true(Math.abs(sum - muscleVolume_mL(mesh)) < 1e-9);
});

test('a wave from apex to base reaches the apex first, then the apical, middle and basal segments', (t) => {
  const mean = (segments: readonly number[]) =>
    segments.reduce((sum, segment) => sum + (row('lv', segment)?.activation.mean_ms ?? Number.NaN), 0) /
    segments.length;
  const levels = [[17], [13, 14, 15, 16], [7, 8, 9, 10, 11, 12], [1, 2, 3, 4, 5, 6]].map(mean);
  t.deepEqual(
    levels,
    levels.toSorted((one, other) => one - other),
  );
  // The wave runs 1 mm/ms along an axis of some 90 mm.
  t.true((levels[3] ?? 0) - (levels[0] ?? 0) > 50);
  const rv = [3, 2, 1].map((segment) => row('rv', segment)?.activation.mean_ms ?? Number.NaN);
  t.deepEqual(
    rv,
    rv.toSorted((one, other) => one - other),
  );
});

test('deciles lie between first and last in their order, about the mean', (t) => {
  for (const { activation } of rows) {
    const deciles = [...activation.deciles_ms];
    t.is(deciles.length, 11);
    t.deepEqual(
      deciles,
      deciles.toSorted((one, other) => one - other),
    );
    t.is(deciles[0], Math.fround(activation.first_ms));
    t.is(deciles[10], Math.fround(activation.last_ms));
    t.true((deciles[2] ?? 0) < activation.mean_ms && activation.mean_ms < (deciles[8] ?? 0));
  }
});

test('a segment with muscle that was never reached has no times, and the others have theirs', (t) => {
  const activation_ms = twin.activation_ms.slice();
  const last = activation_ms.indexOf(Math.max(...activation_ms));
  activation_ms[last] = Number.POSITIVE_INFINITY;
  const broken = activationRows('P1', anatomy, { ...twin, activation_ms });
  const without = broken.filter(({ activation }) => Number.isNaN(activation.mean_ms));
  t.true(without.length > 0 && without.length <= 4);
  t.true(without.every(({ activation }) => activation.deciles_ms.every(Number.isNaN)));
});

test('recovery a constant after activation is that constant later in every segment', (t) => {
  const repolarisation_ms = twin.activation_ms.map((time) => time + 250);
  const lead = Float64Array.from({ length: 12 }, () => 0.9);
  const parameters = {
    ari_ms: 250,
    apicobasal_ms: 0,
    transmural_ms: 0,
    interventricular_ms: 0,
    anteroposterior_ms: 0,
    coupling: 0,
    downstroke_ms: 80,
  };
  const fit = { correlation: 1, rmse_mV: 0, leadCorrelation: lead, leadRmse_mV: lead, iterations: 1 };
  const shared = { parameters, spread: parameters, contraction: parameters, fit };
  const recovering = { ...twin, repolarisation: { ...shared, repolarisation_ms, ecg_mV: twin.ecg_mV } };
  for (const { activation, repolarisation } of activationRows('P1', anatomy, recovering)) {
    t.true(Math.abs((repolarisation?.mean_ms ?? 0) - activation.mean_ms - 250) < 1e-9);
  }
  t.true(rows.every(({ repolarisation }) => repolarisation === null));
});

test('waveforms are twelve leads that keep Einthoven’s law, on the clock of the QRS', (t) => {
  const waves = waveformRows('P1', beat, { ...twin, ecg_mV: twin.ecg_mV.map((value) => 2 * value) });
  t.is(waves.length, 24);
  for (const kind of ['recorded', 'simulated']) {
    const some = waves.filter((wave) => wave.kind === kind);
    t.deepEqual(
      some.map(({ lead }) => lead),
      [...STANDARD_LEADS],
    );
    const lead = (name: string) => some.find((wave) => wave.lead === name)?.voltage_mV ?? new Float32Array();
    t.is(lead('I').length, beat.voltage_mV.length / 8);
    for (const [at, value] of lead('III').entries()) {
      t.true(Math.abs(value - ((lead('II')[at] ?? 0) - (lead('I')[at] ?? 0))) < 1e-6);
    }
    const factor = kind === 'recorded' ? 1 : 2;
    t.is(lead('V6')[30], Math.fround(factor * (beat.voltage_mV[30 * 8 + 7] ?? 0)));
  }
  t.true(waves.every((wave) => wave.sampleRate_Hz === 1000 / INTERVAL_ms && wave.start_ms === -beat.qrsOnset_ms));
});

test('a P wave lies before the QRS on the same clock, recorded and simulated', (t) => {
  const voltage_mV = beat.voltage_mV.slice(0, 80);
  const lead = new Float64Array(12);
  const parameters = { start_ms: -150, velocityFactor: 1, bachmannFactor: 1, amplitude: 1 };
  const fit = { correlation: 1, rmse_mV: 0, leadCorrelation: lead, leadRmse_mV: lead, iterations: 1 };
  const clock = { start_ms: -150, interval_ms: 4 };
  const pWave = { parameters, spread: parameters, activation_ms: lead, ecg_mV: voltage_mV, fit, ...clock };
  const waves = waveformRows(
    'P1',
    { ...beat, pWave: { voltage_mV, start_ms: -130, onset_ms: -120, offset_ms: -20 } },
    { ...twin, pWave },
  ).filter(({ window }) => window === 'p');
  t.deepEqual(
    waves
      .filter(({ lead: name }) => name === 'II')
      .map(({ kind, start_ms, sampleRate_Hz }) => [kind, start_ms, sampleRate_Hz]),
    [
      ['recorded', -150, 500],
      ['simulated', -150, 250],
    ],
  );
});

const root = mkdtempSync(join(tmpdir(), 'twinfold-derived-'));
test.after.always(() => rmSync(root, { recursive: true }));

async function written(name: string, groups: readonly (readonly WaveformRow[])[]): Promise<Uint8Array<ArrayBuffer>> {
  const table = openGrowingTable(WAVEFORM_COLUMNS, join(root, name));
  for (const some of groups) table.add(some);
  await table.close(join(root, `${name}.parquet`));
  return new Uint8Array(readFileSync(join(root, `${name}.parquet`)));
}

test('a table of many rows has the same bytes however they come, and a second reader of Parquet finds every sample', async (t) => {
  const all = Array.from({ length: 230 }, (_, at) => waveformRows(`P${1000 + at}`, beat, twin));
  const [bytes, others] = await Promise.all([written('one', all), written('other', [all.flat()])]);
  t.deepEqual(bytes, others);
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  const found = await parquetReadObjects({ file: bytes.buffer, compressors });
  t.is(found.length, 230 * 24);
  for (const at of [0, 4999, 5000, 5519]) {
    const expected = all.flat()[at];
    t.is(found[at]?.subject, expected?.subject);
    t.deepEqual(Float32Array.from(found[at]?.voltage_mV), expected?.voltage_mV);
  }
});

test('lists carry their unit in the file, and null where there is none', async (t) => {
  const table = openGrowingTable<ActivationRow>(ACTIVATION_COLUMNS, join(root, 'activation'));
  table.add(rows);
  await table.close(join(root, 'activation.parquet'));
  const read = readParquet(readFileSync(join(root, 'activation.parquet')), 'activation.parquet');
  for (const { name, metadata } of read.schema.fields) {
    t.is(metadata.has('unit'), !['subject', 'ventricle', 'name'].includes(name), name);
    t.true(metadata.has('description'));
  }
  t.is(read.schema.fields.find(({ name }) => name === 'activationDeciles_ms')?.metadata.get('unit'), 'ms');
  t.is(read.getChild('repolarisationDeciles_ms')?.get(0), null);
  t.deepEqual(Float32Array.from(read.getChild('activationDeciles_ms')?.get(0)), rows[0]?.activation.deciles_ms);
});

test('a table without rows has its columns', async (t) => {
  await written('empty', []);
  const read = readParquet(readFileSync(join(root, 'empty.parquet')), 'empty.parquet');
  t.is(read.numRows, 0);
  t.deepEqual(
    read.schema.fields.map(({ name }) => name),
    WAVEFORM_COLUMNS.map(({ name }) => name),
  );
});
