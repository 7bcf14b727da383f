import type { Metric } from './metric.ts';

const SOURCE = 'docs/metrics.md#lead-spread';

/** How far the twelve leads of a recording agree on where QRS and T wave begin and end. */
export const leadSpread: Metric = {
  columns: [
    {
      name: 'qrsDurationLeadMedianRecorded_ms',
      unit: 'ms',
      description: 'Median over twelve leads of the QRS duration that each recorded lead shows by itself.',
      source: SOURCE,
    },
    {
      name: 'leadOnsetSpreadRecorded_ms',
      unit: 'ms',
      description: 'Standard deviation over twelve leads of where the recorded QRS begins in each.',
      source: SOURCE,
    },
    {
      name: 'leadOffsetSpreadRecorded_ms',
      unit: 'ms',
      description: 'Standard deviation over twelve leads of where the recorded QRS ends in each.',
      source: SOURCE,
    },
    {
      name: 'tEndSpreadRecorded_ms',
      unit: 'ms',
      description: 'Standard deviation over twelve leads of where the recorded T wave ends in each.',
      source: SOURCE,
    },
  ],
  measure({ beat: { reading } }) {
    const onsets = reading?.leadOnset_ms ?? new Float64Array(0);
    const offsets = reading?.leadOffset_ms ?? new Float64Array(0);
    return {
      qrsDurationLeadMedianRecorded_ms: median(offsets.map((offset, lead) => offset - onsets[lead])),
      leadOnsetSpreadRecorded_ms: standardDeviation(onsets),
      leadOffsetSpreadRecorded_ms: standardDeviation(offsets),
      tEndSpreadRecorded_ms: standardDeviation(reading?.leadTEnd_ms ?? new Float64Array(0)),
    };
  },
};

/** Over what is not NaN; NaN of fewer than two. */
function standardDeviation(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < 2) return Number.NaN;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
}

function median(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const middle = known.length >> 1;
  if (known.length === 0) return Number.NaN;
  return known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
}
