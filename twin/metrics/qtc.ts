import { heartRate_bpm, msPer } from '../units.ts';
import type { Metric, Subject } from './metric.ts';
import { recordedT, simulatedT } from './tWaves.ts';

/** A QT interval brought to what it would be at 60 beats a minute, ms, from QT and RR in ms. */
type Correction = (qt_ms: number, rr_ms: number) => number;

/** RR of 60 beats a minute, at which every correction leaves QT as it is, ms. */
const RR_AT_REST_ms = 1000;

/** QTc = QT / RR^½ with RR in s (Bazett, Heart, 1920). */
export const bazett_ms: Correction = (qt_ms, rr_ms) => qt_ms / Math.sqrt(rr_ms / msPer.s);
/** QTc = QT / RR^⅓ with RR in s (Fridericia, Acta Med Scand, 1920). */
export const fridericia_ms: Correction = (qt_ms, rr_ms) => qt_ms / Math.cbrt(rr_ms / msPer.s);
/** ms of QT for each ms of RR in the Framingham study (Sagie et al., Am J Cardiol, 1992). */
const FRAMINGHAM_SLOPE = 0.154;
/** QTc = QT + 0.154 (1 s − RR) (Sagie et al., Am J Cardiol, 1992). */
export const framingham_ms: Correction = (qt_ms, rr_ms) => qt_ms + FRAMINGHAM_SLOPE * (RR_AT_REST_ms - rr_ms);
/** ms of QT for each beat a minute (Hodges et al., J Am Coll Cardiol, 1983). */
const HODGES_SLOPE_ms = 1.75;
/** QTc = QT + 1.75 ms · (heart rate − 60) with the rate in beats a minute (Hodges et al., J Am Coll Cardiol, 1983). */
export const hodges_ms: Correction = (qt_ms, rr_ms) =>
  qt_ms + HODGES_SLOPE_ms * (heartRate_bpm(rr_ms) - heartRate_bpm(RR_AT_REST_ms));

const CORRECTIONS: readonly (readonly [name: string, words: string, correct: Correction])[] = [
  ['Fridericia', 'Fridericia: QT over the cube root of RR in s', fridericia_ms],
  ['Framingham', 'Framingham: QT + 0.154 (1000 ms − RR)', framingham_ms],
  ['Hodges', 'Hodges: QT + 1.75 ms for each beat a minute above 60', hodges_ms],
  ['Bazett', 'Bazett: QT over the square root of RR in s', bazett_ms],
];

const OWNERS = ['', 'Recorded'] as const;

/** QT corrected for the heart rate in four ways, of the twin and of the recording; the rate is the recording's for both. */
export const qtc: Metric = {
  columns: OWNERS.flatMap((whose) =>
    CORRECTIONS.map(([name, words]) => ({
      name: `qtc${name}${whose}_ms`,
      unit: 'ms',
      description: `QT interval of the ${whose ? 'recorded beat' : 'simulated ECG'}, corrected for the recorded heart rate after ${words}.`,
      source: 'docs/metrics.md#qtc-interval',
    })),
  ),
  measure(subject) {
    const rr_ms = rrOf(subject);
    const values: Record<string, number> = {};
    for (const whose of OWNERS) {
      const qt_ms = (whose ? recordedT(subject) : simulatedT(subject)).end_ms;
      for (const [name, , correct] of CORRECTIONS) values[`qtc${name}${whose}_ms`] = correct(qt_ms, rr_ms);
    }
    return values;
  },
};

/** Mean RR interval of the recording, ms; NaN where it has none that a heart could have. */
const rrOf = ({ beat: { rr_ms } }: Subject): number => (rr_ms !== undefined && rr_ms > 0 ? rr_ms : Number.NaN);
