import { COLUMN, labelOf } from '../../analyses/columns.ts';
import { type Html, html } from '../html.ts';
import { plainTable } from '../markup.ts';
import { capital, decimalsFor, format } from '../numbers.ts';
import type { Page } from '../sections/page.ts';
import { percentile, type Strip, stripSvg } from './strips.ts';
import type { SubjectPageInput } from './subjectPageInput.ts';

/** What a reader looks at first; everything else is folded away. */
const FIRST: readonly string[] = [
  COLUMN.age,
  COLUMN.height,
  COLUMN.weight,
  COLUMN.lvMass,
  COLUMN.lvVolume,
  COLUMN.electrodeDistance,
  COLUMN.qrsRecorded,
  COLUMN.qrsSimulated,
  'totalActivationTime_ms',
  'qrsAxis_deg',
  'qtInterval_ms',
  'qrsTAngle_deg',
  COLUMN.lvFibreVelocity,
  COLUMN.rvFibreVelocity,
  'ariMean_ms',
  COLUMN.correlation,
];
/** Outside of these a subject is among the cohort's last at that end. */
const [LOW, HIGH] = [2.5, 97.5];
/** In a smaller cohort somebody must be outermost in everything. */
const LEAST_FOR_EXTREMES = 100;

/** The subject's numbers beside the cohort's: value, percentile, and a strip of all finished subjects. */
export function metricsPage({ strips, row, table }: SubjectPageInput): Page {
  const known = strips.filter(({ values }) => !Number.isNaN(values[row] ?? Number.NaN));
  const first = FIRST.flatMap((name) => known.filter((strip) => strip.name === name));
  const others = known.filter(({ name }) => !FIRST.includes(name));
  const n = known.reduce((most, { sorted }) => Math.max(most, sorted.length), 0);
  const odd = known.filter(({ sorted, values }) => isExtreme(percentile(sorted, values[row] ?? Number.NaN)));
  const outside =
    n < LEAST_FOR_EXTREMES
      ? 'So few subjects cannot say whether a number is unusual.'
      : odd.length === 0
        ? 'None of its numbers lies in the outer 5 % of the cohort.'
        : `In the outer 5 % of the cohort: ${odd
            .slice(0, 8)
            .map(({ name }) => labelOf(name))
            .join(', ')}${odd.length > 8 ? ` and ${odd.length - 8} more` : ''}.`;
  return {
    id: 'metrics',
    title: 'Metrics beside the cohort',
    short: 'Metrics',
    body:
      known.length === 0
        ? html`<p>There are no numbers of this subject to compare with ${table.rows} others.</p>`
        : html`<p>Each strip shows the cohort’s ${n} finished subjects between their 1st and 99th percentile (ticks; box: middle half; line: median) and this subject (diamond). ${outside}</p>${metricTable('Main metrics', first, row, true)}${
            others.length === 0
              ? ''
              : html`<details><summary>All other ${others.length} numbers</summary>${metricTable('Other numbers', others, row, false)}</details>`
          }`,
  };
}

const isExtreme = (place: number): boolean => place < LOW || place > HIGH;

function metricTable(caption: string, strips: readonly Strip[], row: number, hasTicks: boolean): Html {
  return plainTable(
    caption,
    [{ title: 'Metric' }, { title: 'value', isNumber: true }, { title: 'percentile', isNumber: true }, { title: '' }],
    strips.map((strip) => {
      const { unit, sorted, values } = strip;
      const value = values[row] ?? Number.NaN;
      const place = format(percentile(sorted, value), 0);
      const decimals = decimalsFor([sorted[0] ?? 0, sorted.at(-1) ?? 0]);
      const shown = `${format(value, decimals)}${unit === '1' || unit === '' ? '' : ` ${unit}`}`;
      return [nameOf(strip), shown, place, stripSvg(strip, value, { words: `percentile ${place}`, hasTicks })];
    }),
  );
}

/** A metric by its name in words where it has one, its column under it. */
function nameOf({ name, description }: Strip): Html {
  const words = labelOf(name);
  return words === name
    ? html`<code>${name}</code><br><small>${description}</small>`
    : html`${capital(words)}<br><small><code>${name}</code></small>`;
}
