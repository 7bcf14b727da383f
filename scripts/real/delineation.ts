import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markedWaves, readWfdbAnnotations } from '../../bench/delineation/wfdbAnnotations.ts';
import { type Beat, DEFAULT_BEAT, STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { readEcg } from '../../twin/formats/index.ts';
import { msFromSeconds } from '../../twin/units.ts';
import type { CheckResult } from './checkResult.ts';

/** Waves of real recordings beside what recorders and cardiologists gave. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  return [...besideRecorders(dataFolder), ...besideCardiologists(join(dataFolder, 'ecg', 'ludb_1'))];
}

/** Recordings whose files hold the recorder's own values, and how far our QRS may be from them, ms. */
const RECORDERS: readonly { readonly folder: string; readonly file: string; readonly qrs_ms: number }[] = [
  { folder: 'aecg', file: 'Example_aECG.xml', qrs_ms: 10 },
  { folder: 'scp', file: 'Example.scp', qrs_ms: 10 },
  { folder: 'dicom', file: 'pydicom_waveform_ecg.dcm', qrs_ms: 10 },
  { folder: 'dicom', file: 'sample.dcm', qrs_ms: 15 },
  // The recorder counts a low wave in II, 40 ms after the others have ended, that is hidden here by the recording's noise.
  { folder: 'philips', file: '129DYPRG.XML', qrs_ms: 45 },
];
/** Recorders begin P waves earlier and end T waves later than slopes and tangents do, ms. */
const PR_ms = 20;
const QT_ms = 30;

function besideRecorders(dataFolder: string): CheckResult[] {
  return RECORDERS.map(({ folder, file, qrs_ms }) => {
    const recording = readRecording(join(dataFolder, 'ecg', folder), file);
    const beat = prepareBeat(recording, DEFAULT_BEAT);
    const { pDuration_ms, prInterval_ms, qrsDuration_ms, qtInterval_ms } = recording.measurements ?? {};
    const ours = wavesOf(beat);
    const isNear = (found: number, given: number | undefined, most: number) =>
      given === undefined || Math.abs(found - given) <= most;
    const words = (found: number, given: number | undefined) => `${found.toFixed(0)} (${given?.toFixed(0) ?? '–'})`;
    return {
      name: `${file}: PR within ${PR_ms}, QRS within ${qrs_ms}, QT within ${QT_ms} ms of the recorder’s`,
      passed:
        isNear(ours.pr_ms, prInterval_ms, PR_ms) &&
        isNear(ours.qrs_ms, qrsDuration_ms, qrs_ms) &&
        isNear(ours.qt_ms, qtInterval_ms, QT_ms),
      detail: `ours (recorder’s), ms: P ${words(ours.p_ms, pDuration_ms)}, PR ${words(ours.pr_ms, prInterval_ms)}, QRS ${words(ours.qrs_ms, qrsDuration_ms)}, QT ${words(ours.qt_ms, qtInterval_ms)}; QRS at half and twice the threshold ${beat.reading?.qrsDurationLoose_ms.toFixed(0)} and ${beat.reading?.qrsDurationStrict_ms.toFixed(0)}`,
    };
  });
}

function wavesOf({ qrsOnset_ms, qrsOffset_ms, qrst, pWave }: Beat) {
  return {
    p_ms: pWave ? pWave.offset_ms - pWave.onset_ms : Number.NaN,
    pr_ms: pWave ? qrsOnset_ms - pWave.onset_ms : Number.NaN,
    qrs_ms: qrsOffset_ms - qrsOnset_ms,
    qt_ms: qrst ? qrst.tEnd_ms - qrsOnset_ms : Number.NaN,
  };
}

/** Cardiologists' marks of record 1, lead by lead: medians over its beats beside ours in the same lead. */
function besideCardiologists(folder: string): CheckResult[] {
  const recording = readRecording(folder, '1.hea');
  const { reading, pWave, qrsOnset_ms, qrsOffset_ms } = prepareBeat(recording, DEFAULT_BEAT);
  const given = STANDARD_LEADS.map((lead) => {
    const marks = readWfdbAnnotations(new Uint8Array(readFileSync(join(folder, `1.${lead.toLowerCase()}`))));
    const waves = markedWaves(marks);
    const durations = (kind: string) =>
      waves
        .filter((wave) => wave.kind === kind)
        .map(({ onset, offset }) => msFromSeconds((offset - onset) / recording.sampleRate_Hz));
    return { qrs_ms: median(durations('N')), p_ms: median(durations('p')) };
  });
  const own = STANDARD_LEADS.map((_, lead) => (reading?.leadOffset_ms[lead] ?? 0) - (reading?.leadOnset_ms[lead] ?? 0));
  const ofLeads = median(given.map(({ qrs_ms }) => qrs_ms));
  const p_ms = pWave ? pWave.offset_ms - pWave.onset_ms : Number.NaN;
  return [
    {
      name: 'ludb_1: the median lead’s QRS within 8 ms of the cardiologists’',
      passed: Math.abs(median(own) - ofLeads) <= 8,
      detail: `${median(own).toFixed(0)} ms, theirs ${ofLeads.toFixed(0)}; over all leads ${(qrsOffset_ms - qrsOnset_ms).toFixed(0)}, from their first onset to their last offset 115; by lead ${STANDARD_LEADS.map((lead, at) => `${lead} ${own[at].toFixed(0)}/${given[at]?.qrs_ms.toFixed(0)}`).join(', ')}`,
    },
    {
      name: 'ludb_1: the P wave within 20 ms of the cardiologists’ in their median lead',
      passed: Math.abs(p_ms - median(given.map((lead) => lead.p_ms))) <= 20,
      detail: `${p_ms.toFixed(0)} ms, theirs ${median(given.map((lead) => lead.p_ms)).toFixed(0)}`,
    },
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function readRecording(folder: string, file: string): EcgRecording {
  const read = (name: string) => {
    try {
      return new Uint8Array(readFileSync(join(folder, name)));
    } catch {
      // Readers ask for companions that may not exist; that a file they need is missing is theirs to tell.
      return undefined;
    }
  };
  return readEcg(file, read(file) ?? new Uint8Array(0), read);
}
