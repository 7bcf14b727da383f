import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording, RecorderMeasurements } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import type { CheckResult } from './checkResult.ts';

const PHILIPS: Readonly<Record<string, number>> = {
  // Sums of steps before the calibration pulse, by sierraecg 0.4.0 for Python; those of the augmented leads may differ by the cut halves.
  ...{ I: 815, II: 1762, III: 1953, V1: 708, V2: 2348, V3: 2033, V4: 1864, V5: 1472, V6: 1359 },
};
const PHILIPS_MEASURED: RecorderMeasurements = {
  heartRate_bpm: 41,
  prInterval_ms: 151,
  qrsDuration_ms: 135,
  qtInterval_ms: 476,
  qtcInterval_ms: 393,
  pAxis_deg: 66,
  qrsAxis_deg: -21,
  tAxis_deg: 59,
};
/** Also of the SCP-ECG example, which is of the same ECG by the data folder's README. */
export const AECG_MEASURED: RecorderMeasurements = {
  pDuration_ms: 102,
  prInterval_ms: 148,
  qrsDuration_ms: 120,
  qtInterval_ms: 420,
  qtcInterval_ms: 443,
  pAxis_deg: 44,
  qrsAxis_deg: -61,
  tAxis_deg: 86,
};

/** Reads the data folder's recorder exports in XML: their measurements, their leads against an independent decoder and Einthoven's law, their beats beside ours. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const read = (...parts: string[]): EcgRecording =>
    readEcg(basename(parts.at(-1) ?? ''), readFileSync(join(dataFolder, 'ecg', ...parts)), () => undefined);
  const old = read('philips', '129DYPRG.XML');
  const beats = read('philips', 'repbeats_example.xml');
  const example = read('aecg', 'Example_aECG.xml');
  const fda = read('aecg', 'fda_subject1_0.xml');
  return [
    measured('Philips 1.03', old, PHILIPS_MEASURED),
    measured('Philips with beats', beats, PHILIPS_MEASURED),
    measured('aECG example', example, AECG_MEASURED),
    measured('aECG of the FDA', fda, AECG_MEASURED),
    sums('Philips 1.03', old),
    sums('Philips with beats', beats),
    limbLeads('Philips 1.03', old, 0.01),
    limbLeads('aECG example', example, 0.0025),
    shape('Philips with beats', beats, { samples: 5264, rate_Hz: 500, beat: 1200, beatRate_Hz: 1000 }),
    shape('aECG example', example, { samples: 5000, rate_Hz: 500, beat: 599, beatRate_Hz: 500 }),
    ownBeat('Philips 1.03', old),
    ownBeat('aECG example', example),
    refusedEntity(join(dataFolder, 'hostile', '39_xml_external_entity', 'ecg.xml')),
  ];
}

function measured(name: string, { measurements }: EcgRecording, expected: RecorderMeasurements): CheckResult {
  const sorted = (values: object | undefined): string => JSON.stringify(Object.entries(values ?? {}).sort());
  return {
    name: `${name}: the recorder's measurements`,
    passed: sorted(measurements) === sorted(expected),
    detail: JSON.stringify(measurements),
  };
}

function sums(name: string, { leads, voltage_mV }: EcgRecording): CheckResult {
  const found = Object.keys(PHILIPS).map((lead) => {
    const steps = voltage_mV[leads.indexOf(lead)] ?? new Float64Array();
    return [lead, steps.reduce((sum, value) => sum + Math.round(value / 0.005), 0)] as const;
  });
  return {
    name: `${name}: steps add up as an independent decoder's`,
    passed: found.every(([lead, sum]) => sum === PHILIPS[lead]),
    detail: found.map((pair) => pair.join(' ')).join(', '),
  };
}

/** Largest departure from II = I + III and from Goldberger's leads, mV. */
function limbLeads(name: string, { leads, voltage_mV }: EcgRecording, most_mV: number): CheckResult {
  const [one, two, three, avr, avl, avf] = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'].map(
    (lead) => voltage_mV[leads.indexOf(lead)],
  );
  let worst = 0;
  for (let i = 0; i < one.length; i++) {
    const [a, b, c] = [one[i], two[i], three[i]];
    const off = [b - a - c, avr[i] + (a + b) / 2, avl[i] - (a - c) / 2, avf[i] - (b + c) / 2];
    worst = Math.max(worst, ...off.map(Math.abs));
  }
  return {
    name: `${name}: limb leads keep Einthoven's and Goldberger's laws`,
    passed: worst <= most_mV + 1e-9,
    detail: `off by ${(1000 * worst).toFixed(2)} µV at most, allowed ${1000 * most_mV} µV`,
  };
}

function shape(
  name: string,
  { leads, voltage_mV, sampleRate_Hz, recorderBeat, findings }: EcgRecording,
  facts: { samples: number; rate_Hz: number; beat: number; beatRate_Hz: number },
): CheckResult {
  const found = [
    voltage_mV[0]?.length,
    sampleRate_Hz,
    recorderBeat?.voltage_mV[0]?.length,
    recorderBeat?.sampleRate_Hz,
  ];
  return {
    name: `${name}: twelve leads and the recorder's beat`,
    passed: leads.length === 12 && JSON.stringify(found) === JSON.stringify(Object.values(facts)),
    detail: `${found.join(', ')}; ${findings.map(({ message }) => message).join('; ') || 'no findings'}`,
  };
}

/** Our QRS is within what programs differ by from the recorder's. */
function ownBeat(name: string, recording: EcgRecording): CheckResult {
  const beat = prepareBeat(recording, DEFAULT_BEAT);
  const ours = beat.qrsOffset_ms - beat.qrsOnset_ms;
  const theirs = recording.measurements?.qrsDuration_ms ?? Number.NaN;
  return {
    name: `${name}: a beat can be prepared`,
    passed: ours > 60 && ours < 180 && beat.measurements?.qrsDuration_ms === theirs,
    detail: `QRS ${ours.toFixed(0)} ms, the recorder's ${theirs} ms`,
  };
}

function refusedEntity(path: string): CheckResult {
  const name = 'hostile 39: an external entity is refused and its content appears nowhere';
  try {
    readEcg('ecg.xml', readFileSync(path), () => undefined);
  } catch (error) {
    const text = String(error);
    return {
      name,
      passed: /a DOCTYPE with declarations of its own was refused/.test(text) && !/root:|bin\//.test(text),
      detail: text,
    };
  }
  return { name, passed: false, detail: 'was read without a word' };
}
