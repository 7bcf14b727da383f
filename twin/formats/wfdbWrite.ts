import type { EcgRecording } from './format.ts';

/** Greatest step of format 16; the one below the least marks a missing sample. */
const GREATEST_STEP = 32767;
const MISSING_STEP = -32768;
/** Steps per mV where the amplitudes allow: 1 µV a step, finer than any recorder. */
const FINEST_GAIN = 1000;

/** A WFDB record as its two files. */
export interface WfdbFiles {
  readonly hea: Uint8Array;
  readonly dat: Uint8Array;
}

/**
 * Writes a recording as a WFDB record of format 16: 1 µV a step, or coarser where a lead exceeds 32 mV. Amplitudes without calibration are
 * spread over the whole range, and the header gives their gain as unknown.
 *
 * @param name  record name, letters, digits, `_` and `-`; the files must be stored as `name.hea` and `name.dat`
 */
export function writeWfdb(
  recording: Pick<EcgRecording, 'leads' | 'sampleRate_Hz' | 'voltage_mV' | 'isCalibrated'>,
  name: string,
): WfdbFiles {
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    throw new RangeError(`${name}: a WFDB record is named by letters, digits, _ and -`);
  const { leads, voltage_mV, sampleRate_Hz, isCalibrated } = recording;
  const samples = voltage_mV[0]?.length ?? 0;
  let peak = 0;
  for (const lead of voltage_mV) {
    for (const value of lead) if (Math.abs(value) > peak) peak = Math.abs(value);
  }
  const widest = GREATEST_STEP / (peak || 1);
  const gain = isCalibrated ? Math.min(FINEST_GAIN, widest) : widest;
  const dat = new Uint8Array(samples * leads.length * 2);
  const view = new DataView(dat.buffer);
  const checksums = new Int32Array(leads.length);
  for (let lead = 0; lead < leads.length; lead++) {
    for (let sample = 0; sample < samples; sample++) {
      const value = voltage_mV[lead]?.[sample] ?? Number.NaN;
      const step = Number.isNaN(value) ? MISSING_STEP : Math.round(value * gain);
      view.setInt16((sample * leads.length + lead) * 2, step, true);
      checksums[lead] = ((checksums[lead] as number) + step) & 0xffff;
    }
  }
  const lines = leads.map((lead, index) => {
    const first = samples > 0 ? view.getInt16(index * 2, true) : 0;
    return `${name}.dat 16 ${isCalibrated ? gain : 0}(0)/mV 16 0 ${first} ${checksums[index]} 0 ${lead}`;
  });
  const text = [`${name} ${leads.length} ${sampleRate_Hz} ${samples}`, ...lines, ''].join('\n');
  return { hea: new TextEncoder().encode(text), dat };
}
