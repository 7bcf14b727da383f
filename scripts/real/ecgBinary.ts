import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording, RecorderMeasurements } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { mVPer } from '../../twin/units.ts';
import type { CheckResult } from './checkResult.ts';
import { AECG_MEASURED } from './ecgXml.ts';

/** Sums of all samples of I, II, … V6 by pydicom 3.0's own decoder (rhythm, then median beat), and what the annotations say. */
const DICOM_FACTS = {
  'sample.dcm': {
    rate_Hz: 500,
    rhythm_uV: [-5150, -2755, 10350, 1990, 2700, 2690, -14830, -17140, -6005, -11640, -9480, -10330],
    beat_uV: [25200, 52165, 24635, -38255, 1950, 39280, 18635, 78475, 132035, 100680, 59435, 38790],
    measured: {
      heartRate_bpm: 80,
      pDuration_ms: 84,
      prInterval_ms: 156,
      qrsDuration_ms: 86,
      qtInterval_ms: 398,
      qtcInterval_ms: 459,
      pAxis_deg: 53,
      qrsAxis_deg: 44,
      tAxis_deg: 60,
    },
  },
  'pydicom_waveform_ecg.dcm': {
    rate_Hz: 1000,
    rhythm_uV: [
      926613.75, 908587.5, -18026.25, -914497.5, 469263.75, 442162.5, 357775, 396443.75, 367325, 381043.75, 386181.25,
      384187.5,
    ],
    beat_uV: [68675, 158575, 89900, -113262.5, -10985, 123883.75, -101475, -9037.5, 131825, 187325, 176050, 132025],
    measured: {
      heartRate_bpm: 60_000 / 982,
      prInterval_ms: 161,
      qrsDuration_ms: 75,
      qtInterval_ms: 368,
      qtcInterval_ms: 370,
      pAxis_deg: 74,
      qrsAxis_deg: 52,
      tAxis_deg: 57,
    },
  },
} as const;

/** Reads the data folder's SCP-ECG and DICOM recordings: the same ECG in two formats sample by sample, independent decoders' sums, measurements, ours beside the recorder's. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const read = (...parts: string[]): EcgRecording =>
    readEcg(basename(parts.at(-1) ?? ''), readFileSync(join(dataFolder, ...parts)), () => undefined);
  const scp = read('ecg', 'scp', 'Example.scp');
  const aecg = read('ecg', 'aecg', 'Example_aECG.xml');
  return [
    sameSamples(scp, aecg),
    measured('SCP-ECG', scp, AECG_MEASURED),
    ownBeat('SCP-ECG', scp),
    ...Object.entries(DICOM_FACTS).flatMap(([name, { rate_Hz, rhythm_uV, beat_uV, measured: expected }]) => {
      const recording = read('ecg', 'dicom', name);
      return [
        sums(`${name} rhythm`, recording.voltage_mV, rhythm_uV, recording.sampleRate_Hz, rate_Hz),
        sums(
          `${name} median beat`,
          recording.recorderBeat?.voltage_mV ?? [],
          beat_uV,
          recording.recorderBeat?.sampleRate_Hz,
          rate_Hz,
        ),
        measured(name, recording, expected),
        ownBeat(name, recording),
      ];
    }),
    refusedSum(() => read('hostile', '41_scp_bad_crc', 'ecg.scp')),
  ];
}

function sameSamples(a: EcgRecording, b: EcgRecording): CheckResult {
  let greatest = 0;
  let compared = 0;
  const compare = (left: readonly Float64Array[] = [], right: readonly Float64Array[] = []): void => {
    for (const [index, values] of left.entries()) {
      const other = right[b.leads.indexOf(a.leads[index] ?? '')];
      for (const [at, value] of values.entries())
        greatest = Math.max(greatest, Math.abs(value - (other?.[at] ?? Number.NaN)));
      compared += values.length;
    }
  };
  compare(a.voltage_mV, b.voltage_mV);
  compare(a.recorderBeat?.voltage_mV, b.recorderBeat?.voltage_mV);
  return {
    name: 'SCP-ECG and aECG hold the same ECG and the same reference beat, sample by sample',
    passed: greatest < 1e-12 && compared === 12 * (5000 + 599),
    detail: `${compared} samples, greatest difference ${greatest} mV`,
  };
}

function measured(name: string, { measurements }: EcgRecording, expected: RecorderMeasurements): CheckResult {
  const sorted = (values: object | undefined): string => JSON.stringify(Object.entries(values ?? {}).sort());
  return {
    name: `${name}: measurements`,
    passed: sorted(measurements) === sorted(expected),
    detail: JSON.stringify(measurements),
  };
}

function sums(
  name: string,
  leads: readonly Float64Array[],
  expected_uV: readonly number[],
  rate_Hz: number | undefined,
  expected_Hz: number,
): CheckResult {
  const found = leads.map((lead) => lead.reduce((sum, value) => sum + value, 0) / mVPer.uV);
  const isSame =
    found.length === expected_uV.length &&
    found.every((sum, lead) => Math.abs(sum - (expected_uV[lead] as number)) < 1e-3);
  return {
    name: `${name}: sums of samples as pydicom has them`,
    passed: isSame && rate_Hz === expected_Hz,
    detail: `${found.map((sum) => sum.toFixed(1)).join(' ')} µV at ${rate_Hz} Hz`,
  };
}

/** Our beat of the rhythm beside the recorder's QRS. */
function ownBeat(name: string, recording: EcgRecording): CheckResult {
  const { qrsOnset_ms, qrsOffset_ms } = prepareBeat(recording, DEFAULT_BEAT);
  const ours_ms = qrsOffset_ms - qrsOnset_ms;
  const theirs_ms = recording.measurements?.qrsDuration_ms ?? Number.NaN;
  return {
    name: `${name}: our QRS within 20 ms of the recorder's`,
    passed: Math.abs(ours_ms - theirs_ms) <= 20,
    detail: `${ours_ms.toFixed(1)} ms, recorder ${theirs_ms} ms`,
  };
}

function refusedSum(run: () => unknown): CheckResult {
  try {
    run();
  } catch (error) {
    const passed =
      error instanceof TwinError && /section 6 \(rhythm\) does not fit its checksum \(CRC-CCITT\)/.test(error.message);
    return { name: 'hostile 41: flipped bytes are found by their section’s checksum', passed, detail: String(error) };
  }
  return {
    name: 'hostile 41: flipped bytes are found by their section’s checksum',
    passed: false,
    detail: 'was read without a word',
  };
}
