import { type Finding, TwinError } from '../errors.ts';
import type { EcgRecording } from '../formats/format.ts';
import { sampleInterval_ms } from '../units.ts';
import type { Beat, BeatSettings } from './beat.ts';
import { readBeat } from './beatReading.ts';
import { delineateQrs } from './delineate.ts';
import { checkAmplitude, checkIdenticalLeads, checkSaturation, flatLeads } from './leadChecks.ts';
import { checkNoise, leadNoise } from './leadNoise.ts';
import { checkChestLeads, checkLimbLeads } from './leadSwaps.ts';
import { LEADS } from './leads.ts';
import { checkLimbLeadLaws } from './limbLeadLaws.ts';
import { BEFORE_ms } from './medianBeat.ts';
import { cutPWave } from './pWaveBeat.ts';
import { type AlignedBeats, cutQrst } from './qrstBeat.ts';
import { resample } from './resample.ts';
import { interleave, openWorkingSignal, WORK_ms, withoutQrs } from './workingSignal.ts';

/** The baseline is the mean over this long before the QRS onset (the end of the PR segment), ms. */
const BASELINE_ms = 8;
/** Recordings below this rate place a QRS bound no better than their interval. */
const LEAST_RATE_Hz = 250;
/** A QRS shorter or longer than this is not one, ms. */
const PLAUSIBLE_QRS_ms = [30, 260] as const;

/**
 * A recording's representative beat, ready to be fitted: median over its beats, QRS delineated over all leads, level just before the onset set to
 * zero, window from `margin_ms` before the onset to `margin_ms` after the offset. The onset lies on a sample. A recording shorter
 * than the margin before its onset is held at its first value; after the offset the window ends with the recording.
 *
 * @throws TwinError BadEcg when leads are missing or flat, no QRS is found, or too much of the recording is missing
 */
export function prepareBeat(recording: EcgRecording, settings: BeatSettings): Beat {
  const findings: Finding[] = [...recording.findings];
  refuseEmpty(recording);
  const limbs = checkLimbLeadLaws(recording);
  findings.push(...checkIdenticalLeads(recording), ...limbs.findings, ...checkSaturation(recording));
  if (recording.sampleRate_Hz < LEAST_RATE_Hz) findings.push(lowRate(recording.sampleRate_Hz));
  const signal = openWorkingSignal(recording);
  const { voltage, samples, median } = signal;
  findings.push(...signal.findings);
  if (median.leftOut > 0) findings.push(otherBeats(median.leftOut, median.used));

  const shortest = !signal.isWhole && samples < median.samples;
  const source = shortest ? { voltage, samples } : median;
  const { onset_ms, offset_ms } = delineateQrs(source.voltage, source.samples, LEADS, WORK_ms);
  const duration = offset_ms - onset_ms;
  if (!(duration >= PLAUSIBLE_QRS_ms[0] && duration <= PLAUSIBLE_QRS_ms[1])) {
    throw withoutQrs(`the steepest deflection lasts ${duration.toFixed(0)} ms, a QRS ${PLAUSIBLE_QRS_ms.join('–')} ms`);
  }
  const beat = cutBeat(source.voltage, source.samples, onset_ms, offset_ms, settings);
  const isCalibrated = recording.isCalibrated && settings.gain === 'recording';
  if (recording.isCalibrated) findings.push(...checkAmplitude(beat.voltage_mV));

  const onset = Math.round(onset_ms / WORK_ms);
  const rr_ms = meanInterval(signal.centres);
  const aligned: AlignedBeats = {
    voltage,
    step_ms: WORK_ms,
    onsets: shortest ? [onset] : median.centres.map((centre) => centre - Math.round(BEFORE_ms / WORK_ms) + onset),
    lag_ms: onset_ms - onset * WORK_ms,
    qrsDuration_ms: duration,
    rr_ms,
    isIntact: signal.isIntact,
  };
  const clock = { interval_ms: beat.interval_ms, before_ms: beat.qrsOnset_ms };
  const qrst = cutQrst(aligned, clock);
  if (typeof qrst === 'string') findings.push(withoutT(qrst));
  const tEnd_ms = typeof qrst === 'string' ? undefined : qrst.tEnd_ms - beat.qrsOnset_ms;
  const pWave = cutPWave(aligned, clock, tEnd_ms);
  const hasP = typeof pWave !== 'string';
  if (!hasP) findings.push(withoutP(pWave));
  findings.push(
    ...checkLimbLeads(beat.voltage_mV, hasP ? pWave.voltage_mV : undefined),
    ...checkChestLeads(beat.voltage_mV),
  );
  const noise_mV = leadNoise(voltage, LEADS, WORK_ms, signal.centres);
  findings.push(...checkNoise(noise_mV));
  const read = readBeat({
    voltage: source.voltage,
    step_ms: WORK_ms,
    qrs: { onset_ms, offset_ms },
    windowOnset_ms: beat.qrsOnset_ms,
    interval_ms: beat.interval_ms,
    qrst: typeof qrst === 'string' ? undefined : qrst,
  });
  return {
    ...beat,
    isCalibrated,
    findings,
    reading: { ...read, noise_mV, einthovenResidual_mV: limbs.einthovenResidual_mV },
    ...(rr_ms === undefined ? {} : { rr_ms }),
    ...(typeof qrst === 'string' ? {} : { qrst }),
    ...(typeof pWave === 'string' ? {} : { pWave }),
    ...(recording.measurements === undefined ? {} : { measurements: recording.measurements }),
  };
}

function cutBeat(
  voltage: Float64Array,
  samples: number,
  onset_ms: number,
  offset_ms: number,
  { interval_ms, margin_ms }: BeatSettings,
): Omit<Beat, 'isCalibrated' | 'findings'> {
  const before = Math.ceil(margin_ms / interval_ms);
  const end_ms = Math.min(offset_ms + margin_ms, (samples - 1) * WORK_ms);
  const kept = before + Math.floor((end_ms - onset_ms) / interval_ms) + 1;
  const onset = Math.round(onset_ms / WORK_ms);
  const leads: Float64Array[] = [];
  for (let lead = 0; lead < LEADS; lead++) {
    const signal = voltage.filter((_, at) => at % LEADS === lead);
    const low = Math.max(0, onset - Math.round(BASELINE_ms / WORK_ms));
    let level = 0;
    for (let at = low; at <= onset; at++) level += signal[at] / (onset - low + 1);
    const cut = resample(signal, WORK_ms, interval_ms, onset_ms - before * interval_ms, kept);
    leads.push(cut.map((value) => value - level));
  }
  const qrsOnset_ms = before * interval_ms;
  return {
    interval_ms,
    voltage_mV: interleave(leads),
    qrsOnset_ms,
    qrsOffset_ms: qrsOnset_ms + offset_ms - onset_ms,
  };
}

/** Mean time between beats, ms; undefined for one beat. */
function meanInterval(centres: readonly number[]): number | undefined {
  const [first, last] = [centres[0], centres[centres.length - 1]];
  if (first === undefined || last === undefined || last === first) return undefined;
  return ((last - first) * WORK_ms) / (centres.length - 1);
}

function refuseEmpty(recording: EcgRecording): void {
  const samples = recording.voltage_mV[0]?.length ?? 0;
  if (samples < 2) {
    throw new TwinError(
      'BadEcg',
      `holds ${samples} samples, expected at least one beat; the file was probably cut short`,
    );
  }
  const flat = flatLeads(recording);
  if (flat.length === recording.leads.length) {
    throw new TwinError('BadEcg', 'every lead is flat, expected a QRS; was the patient connected?', { flat });
  }
  const needed = flat.filter((name) => name === 'I' || name === 'II' || name.startsWith('V'));
  if (needed.length > 0) {
    throw new TwinError(
      'BadEcg',
      `${needed.join(', ')} flat, expected a signal in all of I, II, V1–V6; an electrode was probably off`,
      {
        flat,
      },
    );
  }
}

const otherBeats = (leftOut: number, used: number): Finding => ({
  code: 'beats-left-out',
  severity: 'repaired',
  count: leftOut,
  message: `${leftOut} of ${leftOut + used} beats look different from the others and were left out of the median beat`,
});

const withoutT = (reason: string): Finding => ({
  code: 't-wave-missing',
  severity: 'warning',
  message: `no T wave to fit: ${reason}; the twin has no repolarisation`,
});

const withoutP = (reason: string): Finding => ({
  code: 'p-wave-missing',
  severity: 'warning',
  message: `no P wave: ${reason}`,
});

const lowRate = (rate_Hz: number): Finding => ({
  code: 'low-sample-rate',
  severity: 'warning',
  message: `recorded at ${rate_Hz} Hz: QRS bounds are no better than ${sampleInterval_ms(rate_Hz).toFixed(0)} ms, steep peaks are blunted`,
});
