import { COLUMN, labelOf } from '../analyses/columns.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from '../analyses/table.ts';
import { isUndetermined } from '../statistics/leastSquares.ts';
import { summarise } from '../statistics/twoGroups.ts';
import { balanceFigure, correlationHistogram, twinFigure } from './fitFigures.ts';
import { type Html, html } from './html.ts';
import { dataTable, preamble, section } from './markup.ts';
import { count, format, formatP } from './numbers.ts';
import type { QuarantineEntry, ReportInput } from './reportInput.ts';

/** Quarantined subjects beyond this are summed up by reason only; the quarantine table has them all. */
const MOST_QUARANTINED = 50;

/** From the sample sheet to the table: who was lost where. */
export function cohortFlow({ table, quarantine }: ReportInput): Html {
  const lostAt = (stages: readonly QuarantineEntry['stage'][]) =>
    quarantine.filter(({ stage }) => stages.includes(stage)).length;
  const sheet = table.rows;
  const read = sheet - lostAt(['read']);
  const prepared = read - lostAt(['prepare']);
  const calibrated = prepared - lostAt(['calibrate']);
  const done = finishedRows(table).filter(Boolean).length;
  const steps: readonly (readonly [number, string])[] = [
    [sheet, 'in the sample sheet'],
    [read, 'files read'],
    [prepared, 'hearts and beats prepared'],
    [calibrated, 'calibrated'],
    [done, 'twins in the table'],
  ];
  const shown = quarantine.slice(0, MOST_QUARANTINED);
  const more = quarantine.length - shown.length;
  return section(
    'cohort',
    'The cohort',
    html`<ol class="flow">${steps.map(([n, words]) => html`<li><b>${n.toLocaleString('en-GB')}</b><span>${words}</span></li>`)}</ol>${characteristics(table)}
${
  quarantine.length === 0
    ? html`<p>No subject was quarantined.</p>`
    : html`<h3>Quarantined: ${count(quarantine.length, 'subject')}</h3><p>Each keeps its row in the table, with empty metrics and the reason here.</p>${dataTable(
        'Why subjects have no twin',
        [{ title: 'Subject' }, { title: 'Stage' }, { title: 'Code' }, { title: 'Reason' }],
        shown.map(({ subject, stage, code, message }) => [subject, stage, code, message]),
      )}${more > 0 ? html`<p>${count(more, 'more subject')} in the quarantine table; by code: ${countByCode(quarantine)}.</p>` : ''}`
}`,
  );
}

/** Means and spreads of the finished subjects by sex. */
function characteristics(table: ColumnTable): Html {
  const finished = finishedRows(table);
  const sexes = sexesOf(table);
  const rowsOf = (sex: 'female' | 'male') =>
    sexes.flatMap((value, row) => (value === sex && finished[row] ? [row] : []));
  const [women, men] = [rowsOf('female'), rowsOf('male')];
  const traits: readonly (readonly [string, string, number])[] = [
    [COLUMN.age, 'years', 1],
    [COLUMN.height, 'cm', 1],
    [COLUMN.weight, 'kg', 1],
    [COLUMN.lvMass, 'g', 1],
    [COLUMN.lvVolume, 'mL', 1],
    [COLUMN.qrsRecorded, 'ms', 1],
    [COLUMN.qrsSimulated, 'ms', 1],
  ];
  const cell = (column: string, rows: readonly number[], decimals: number) => {
    const values = numbersOf(table, column);
    const { n, mean, sd } = summarise(
      rows.map((row) => values[row] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
    );
    return n === 0 ? '—' : `${format(mean, decimals)} ± ${format(sd, decimals)}`;
  };
  return dataTable(
    'Finished subjects, mean ± standard deviation',
    [
      { title: '' },
      { title: `Women (${women.length})`, isNumber: true },
      { title: `Men (${men.length})`, isNumber: true },
    ],
    traits
      .filter(([column]) => numbersOf(table, column).some((value) => !Number.isNaN(value)))
      .map(([column, unit, decimals]) => [
        `${labelOf(column)}, ${unit}`,
        cell(column, women, decimals),
        cell(column, men, decimals),
      ]),
  );
}

function countByCode(quarantine: readonly QuarantineEntry[]): string {
  const codes = [...new Set(quarantine.map(({ code }) => code))].sort();
  return codes.map((code) => `${code} ${quarantine.filter((entry) => entry.code === code).length}`).join(', ');
}

/** How well the twins reproduce their ECGs. */
export function fitQuality({ table, twinsShown }: ReportInput): Html {
  const histogram = correlationHistogram(table);
  return section(
    'fit',
    'How well the twins fit',
    html`${histogram.html === '' ? html`<p>The table has no column of ECG correlations.</p>` : histogram}${
      twinsShown.length === 0
        ? ''
        : html`<h3>Best, middle and worst fit</h3><p>Limb leads above, precordial leads below, each row on its own voltage scale; under them activation times on one scale for all hearts shown, isochrones 10 ms apart.</p><div class="twins">${twinsShown.map((twin, at) => twinFigure(twin, at + 1))}</div>`
    }`,
  );
}

/** Square metres need a digit more than years, centimetres and kilograms. */
const decimals = (trait: string) => (trait === COLUMN.bodySurface ? 2 : 1);

/** Whether those without a twin are a biased sample. */
export function whoIsMissing({ analyses: { quarantineBias } }: ReportInput): Html {
  const { sex, traits, verdict } = quarantineBias;
  const rows = traits.map((balance) =>
    isUndetermined(balance)
      ? [labelOf(balance.trait), '—', '—', '—', balance.undetermined]
      : [
          labelOf(balance.trait),
          `${format(balance.quarantined.mean, decimals(balance.trait))} (${balance.quarantined.n})`,
          `${format(balance.finished.mean, decimals(balance.trait))} (${balance.finished.n})`,
          format(balance.standardisedDifference, 2),
          formatP(balance.p_value),
        ],
  );
  const sexRow = isUndetermined(sex)
    ? ['women / men', '—', '—', '—', sex.undetermined]
    : [
        'women / men',
        `${sex.quarantined.women} / ${sex.quarantined.men}`,
        `${sex.finished.women} / ${sex.finished.men}`,
        '—',
        formatP(sex.p_value),
      ];
  const headings = [
    { title: '' },
    { title: 'quarantined, mean (n)', isNumber: true },
    { title: 'finished, mean (n)', isNumber: true },
    { title: 'difference in SD', isNumber: true },
    { title: 'p', isNumber: quarantineBias.quarantined > 0 },
  ];
  const isCompared = !isUndetermined(sex) || traits.some((balance) => !isUndetermined(balance));
  const body =
    quarantineBias.quarantined === 0 || !isCompared
      ? html``
      : html`${balanceFigure(quarantineBias)}${dataTable('Quarantined against finished subjects', headings, [sexRow, ...rows])}`;
  return section('missing', quarantineBias.title, html`<p><b>${verdict}</b></p>${preamble(quarantineBias)}${body}`);
}
