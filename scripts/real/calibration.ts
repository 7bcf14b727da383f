import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceBackend } from '../../backends/reference.ts';
import { type Anatomy, DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { calibrate, DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { EARLIEST_PMJ_ms } from '../../twin/calibrate/twin.ts';
import { type Beat, type BeatSettings, DEFAULT_BEAT, STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg, readMesh } from '../../twin/formats/index.ts';
import type { CheckResult } from './checkResult.ts';

/** Calibration of a real heart to its recorded QRS, and QRS bounds and lead checks on real and broken recordings. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  return [
    ...(await fitRecordedQrs(join(dataFolder, 'hearts', 'dti004'))),
    ...delineations(dataFolder),
    ...brokenEcgs(dataFolder),
  ];
}

const FIT: BeatSettings = { ...DEFAULT_BEAT, gain: 'fit' };
/** The QRS of this heart by its authors, ms. */
const DTI004_QRS_ms = 89;

async function fitRecordedQrs(folder: string): Promise<CheckResult[]> {
  const anatomy = readHeart(folder);
  const beat = recordedQrs(readRecording(folder, 'ecg_qrs_uV_1kHz.csv'));
  const settings = { ...DEFAULT_CALIBRATION, coarseEdges_mm: [] };
  const began = performance.now();
  const twin = await calibrate({ anatomy, beat, settings, backend: referenceBackend });
  const seconds = (performance.now() - began) / 1000;
  const active = twin.activation_ms.filter((time) => !Number.isNaN(time)).sort();
  const leads = STANDARD_LEADS.map((name, lead) => `${name} ${twin.fit.leadCorrelation[lead].toFixed(3)}`).join(', ');
  const { lv, rv } = twin.parameters;
  const range = `${active[0].toFixed(1)}–${active[active.length - 1].toFixed(1)} ms`;
  return [
    {
      name: 'dti004: its recorded QRS is fitted with a correlation of at least 0.96 over twelve leads',
      passed: twin.fit.correlation >= 0.96,
      detail: `${twin.fit.correlation.toFixed(4)}, RMSE ${twin.fit.rmse_mV.toFixed(3)} mV, gain ${twin.gain.toFixed(2)}, ${twin.fit.iterations} iterations, ${twin.fit.stoppedBecause}, ${seconds.toFixed(1)} s; ${leads}`,
    },
    {
      name: 'dti004: activation begins no earlier than 15 ms before the recorded QRS, ends by 15 ms after it, and velocities are those of muscle',
      passed:
        active[0] >= EARLIEST_PMJ_ms &&
        active[active.length - 1] < DTI004_QRS_ms + 15 &&
        lv.fibre_mm_ms > 0.4 &&
        lv.fibre_mm_ms < 0.9 &&
        lv.transverse_mm_ms > 0.12 &&
        lv.transverse_mm_ms < 0.4,
      detail: `${range}; LV ${lv.fibre_mm_ms.toFixed(3)}/${lv.transverse_mm_ms.toFixed(3)}, RV ${rv.fibre_mm_ms.toFixed(3)}/${rv.transverse_mm_ms.toFixed(3)} mm/ms`,
    },
  ];
}

/** The file holds the QRS and nothing else: onset is its first sample, whose level is the baseline; before it the heart is held at rest. */
function recordedQrs(recording: EcgRecording): Beat {
  const { interval_ms, margin_ms } = FIT;
  const step = (interval_ms * recording.sampleRate_Hz) / 1000;
  const before = margin_ms / interval_ms;
  const samples = before + Math.floor((recording.voltage_mV[0].length - 1) / step) + 1;
  const voltage_mV = new Float64Array(samples * LEADS);
  for (let sample = before; sample < samples; sample++) {
    for (let lead = 0; lead < LEADS; lead++) {
      const signal = recording.voltage_mV[lead];
      voltage_mV[sample * LEADS + lead] = signal[(sample - before) * step] - signal[0];
    }
  }
  return {
    interval_ms,
    voltage_mV,
    qrsOnset_ms: margin_ms,
    qrsOffset_ms: margin_ms + DTI004_QRS_ms,
    isCalibrated: false,
    findings: [],
  };
}

/** QRS durations that people or recorders gave, and how far ours may be. */
function delineations(dataFolder: string): CheckResult[] {
  const known: readonly [string, string, number, number][] = [
    ['hearts/dti004', 'ecg_full_uV_1kHz.csv', DTI004_QRS_ms, 15],
    // Cardiologists: 79.5 ms in the median lead, 115 ms from the first lead's onset to the last one's offset.
    ['ecg/ludb_1', '1.hea', (79.5 + 115) / 2, 18],
  ];
  return known.map(([folder, file, expected, tolerance]) => {
    const beat = prepareBeat(readRecording(join(dataFolder, folder), file), DEFAULT_BEAT);
    const duration = beat.qrsOffset_ms - beat.qrsOnset_ms;
    return {
      name: `${folder}: QRS duration within ${tolerance} ms of ${expected} ms`,
      passed: Math.abs(duration - expected) <= tolerance,
      detail: `${duration.toFixed(0)} ms; ${beat.findings.map(({ code }) => code).join(', ') || 'no findings'}`,
    };
  });
}

/** What each broken recording must be answered with: a finding's code, or an error's. */
const BROKEN: readonly [string, string][] = [
  ['25_ecg_empty', 'BadInput'],
  ['27_ecg_flat', 'BadEcg'],
  ['29_ecg_saturated', 'saturated-leads'],
  ['31_ecg_limb_leads_swapped', 'limb-leads-swapped'],
  ['33_ecg_einthoven_violated', 'einthoven-violated'],
  ['35_ecg_nan_gap', 'ecg-gap'],
];

function brokenEcgs(dataFolder: string): CheckResult[] {
  const answers = (folder: string): string[] => {
    try {
      return prepareBeat(readRecording(join(dataFolder, 'hostile', folder), 'ecg.hea'), DEFAULT_BEAT).findings.map(
        ({ code }) => code,
      );
    } catch (error) {
      // The answer to some of them is a typed refusal; anything else is told as what it is.
      return [error instanceof Error && 'code' in error ? String(error.code) : String(error)];
    }
  };
  const ofControl = answers('68_healthy_control');
  return BROKEN.map(([folder, expected]) => {
    const found = answers(folder);
    return {
      name: `${folder}: answered with ${expected}`,
      passed: found.includes(expected) && !ofControl.includes(expected),
      detail: found.join(', '),
    };
  });
}

function readHeart(folder: string): Anatomy {
  const read = openFolder(folder);
  const [pts, electrodes] = ['dti004.pts', 'electrodes_mm.json'].map((name) => read(name) ?? new Uint8Array(0));
  return prepareAnatomy({
    raw: readMesh('dti004.pts', pts, read),
    name: 'dti004.pts',
    electrodes: readElectrodes(electrodes, 'electrodes_mm.json'),
    body: undefined,
    settings: { ...DEFAULT_ANATOMY, regions: { lv: [1], rv: [2] } },
  });
}

function readRecording(folder: string, file: string): EcgRecording {
  const read = openFolder(folder);
  return readEcg(file, read(file) ?? new Uint8Array(0), read, file.endsWith('.csv') ? { voltageUnit: 'uV' } : {});
}

function openFolder(folder: string): (name: string) => Uint8Array | undefined {
  return (name) => {
    try {
      return new Uint8Array(readFileSync(join(folder, name)));
    } catch {
      // Readers ask for companions that may not exist; that a file they need is missing is theirs to tell.
      return undefined;
    }
  };
}
