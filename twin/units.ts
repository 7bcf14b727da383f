/** Every unit conversion of Twinfold. Inside are ms, mm, mm/ms, mV, g, mL, S/m; others are converted where bytes are read. */

/** Units in which foreign files give lengths. */
export type LengthUnit = 'um' | 'mm' | 'cm' | 'm';

/** Millimetres in one unit of length. */
export const mmPer: Readonly<Record<LengthUnit, number>> = { um: 1e-3, mm: 1, cm: 10, m: 1000 };

/** Units in which foreign files give voltages. */
export type VoltageUnit = 'uV' | 'mV' | 'V';

/** Millivolts in one unit of voltage. */
export const mVPer: Readonly<Record<VoltageUnit, number>> = { uV: 1e-3, mV: 1, V: 1000 };

/** Units in which foreign files give times. */
export type TimeUnit = 'us' | 'ms' | 's';

/** Milliseconds in one unit of time. */
export const msPer: Readonly<Record<TimeUnit, number>> = { us: 1e-3, ms: 1, s: 1000 };

/** Density of heart muscle, g/mL (Kawel-Boehm et al., J Cardiovasc Magn Reson 2015, as in most CMR software). */
export const MYOCARDIAL_DENSITY_g_mL = 1.05;

export const mLFromMm3 = (volume_mm3: number): number => volume_mm3 / 1000;
export const msFromSeconds = (time_s: number): number => time_s * 1000;
export const degrees = (angle_rad: number): number => (angle_rad * 180) / Math.PI;
export const radians = (angle_deg: number): number => (angle_deg * Math.PI) / 180;

/** Beats a minute of a heart whose beats are so far apart. */
export const heartRate_bpm = (rr_ms: number): number => 60_000 / rr_ms;

/** Time between two samples. */
export const sampleInterval_ms = (sampleRate_Hz: number): number => 1000 / sampleRate_Hz;
