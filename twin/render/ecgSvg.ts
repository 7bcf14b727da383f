import { STANDARD_LEADS } from '../ecg/beat.ts';
import { standardLeads } from '../ecg/leads.ts';

/** A twin's ECG and the recording that it was fitted to, both on one clock. */
export interface EcgOverlay {
  readonly interval_ms: number;
  /** Time of the first sample after QRS onset, ms; 0 by default. */
  readonly start_ms?: number;
  /** mV, [samples, 8 independent leads] */
  readonly simulated_mV: ArrayLike<number>;
  /** What the first trace is, in the legend; `simulated` by default */
  readonly trace?: string;
  /** mV, [samples, 8 independent leads]; left out where there is no recording */
  readonly recorded_mV?: ArrayLike<number>;
}

/**
 * How the leads lie: `paper` as ECGs are printed (limb, augmented, right and left precordial leads a column each) on one voltage scale;
 * `strip` in two low rows, limb leads over precordial ones, a scale for each row, since limb leads are often far smaller.
 */
export type EcgLayout = 'paper' | 'strip';

interface Arrangement {
  readonly columns: number;
  readonly rows: number;
  readonly panel: { readonly width: number; readonly height: number; readonly gap: number };
  readonly place: (lead: number) => { readonly column: number; readonly row: number };
  /** Rows whose panels share a voltage scale with this one. */
  readonly sharesScale: boolean;
}
const ARRANGEMENTS: Readonly<Record<EcgLayout, Arrangement>> = {
  paper: {
    columns: 4,
    rows: 3,
    panel: { width: 188, height: 118, gap: 10 },
    place: (lead) => ({ column: Math.floor(lead / 3), row: lead % 3 }),
    sharesScale: true,
  },
  strip: {
    columns: 6,
    rows: 2,
    panel: { width: 122, height: 104, gap: 10 },
    place: (lead) => ({ column: lead % 6, row: Math.floor(lead / 6) }),
    sharesScale: false,
  },
};
const TWELVE = STANDARD_LEADS.length;
const MARGIN = { left: 44, top: 30, right: 6, bottom: 34 } as const;
/** Heights that a panel may span, mV: the smallest that holds all leads on its scale. */
const SPANS_mV = [0.4, 1, 1.5, 2, 3, 4, 6, 8, 12, 20, 40] as const;
const TIME_STEPS_ms = [10, 20, 50, 100, 200, 500] as const;
const COLOUR = {
  simulated: '#0072B2',
  recorded: '#3c3c3c',
  grid: '#e6e1da',
  axis: '#8d867c',
  text: '#37332d',
} as const;

/**
 * Twelve leads of a simulated over a recorded ECG as a standalone SVG with grid lines 0.5 mV (or a quarter of the span) and a round
 * time step apart. Recorded grey and broad, simulated blue and thin, so that both are seen where they agree.
 */
export function ecgSvg(overlay: EcgOverlay, layout: EcgLayout = 'paper'): string {
  const { columns, rows, panel, place, sharesScale } = ARRANGEMENTS[layout];
  const simulated = standardLeads(overlay.simulated_mV);
  const recorded = overlay.recorded_mV && standardLeads(overlay.recorded_mV);
  const name = overlay.trace ?? 'simulated';
  const samples = simulated.length / TWELVE;
  const start = overlay.start_ms ?? 0;
  const duration = Math.max((samples - 1) * overlay.interval_ms, overlay.interval_ms);
  const scales = Array.from({ length: rows }, (_, row) =>
    voltageRange(simulated, recorded, (lead) => sharesScale || place(lead).row === row),
  );
  const timeStep = TIME_STEPS_ms.find((value) => duration / value <= 6) ?? 1000;
  const width = MARGIN.left + columns * panel.width + (columns - 1) * panel.gap + MARGIN.right;
  const height = MARGIN.top + rows * panel.height + (rows - 1) * panel.gap + MARGIN.bottom;
  const x = (time: number) => ((time - start) / duration) * panel.width;
  const trace = (signal: Float64Array, lead: number, y: (voltage: number) => number) => {
    let path = '';
    let pen = 'M';
    for (let sample = 0; sample < signal.length / TWELVE; sample++) {
      const voltage = signal[sample * TWELVE + lead] ?? Number.NaN;
      if (Number.isFinite(voltage)) {
        path += `${pen}${fixed(x(start + sample * overlay.interval_ms))},${fixed(y(voltage))}`;
        pen = 'L';
      } else pen = 'M';
    }
    return path;
  };
  const times = ticks(start, start + duration, timeStep);
  const timeLabels = times.filter((time) => time > start && x(time) < panel.width - 8);
  const panels = STANDARD_LEADS.map((name, lead) => {
    const { column, row } = place(lead);
    const { low, high, step } = scales[row];
    const y = (voltage: number) => ((high - voltage) / (high - low)) * panel.height;
    const voltages = ticks(low, high, step);
    const left = MARGIN.left + column * (panel.width + panel.gap);
    const top = MARGIN.top + row * (panel.height + panel.gap);
    const grid =
      times.map((t) => `M${fixed(x(t))},0V${panel.height}`).join('') +
      voltages.map((v) => `M0,${fixed(y(v))}H${panel.width}`).join('');
    const labels =
      (column === 0
        ? labelled(voltages, low, row === rows - 1)
            .map((v) => text(-6, y(v) + 3.5, tickLabel(v), 'end', COLOUR.axis))
            .join('')
        : '') +
      (row === rows - 1
        ? timeLabels.map((t) => text(x(t), panel.height + 14, tickLabel(t), 'middle', COLOUR.axis)).join('')
        : '');
    const recording = recorded
      ? `<path class="recorded" d="${trace(recorded, lead, y)}" stroke="${COLOUR.recorded}" stroke-opacity="0.38" stroke-width="4"/>`
      : '';
    return `<g transform="translate(${left},${top})"><rect width="${panel.width}" height="${panel.height}" fill="#fff" stroke="${COLOUR.grid}"/><path d="${grid}" stroke="${COLOUR.grid}"/><path d="M0,${fixed(y(0))}H${panel.width}" stroke="${COLOUR.axis}" stroke-opacity="0.6"/><g fill="none" stroke-linejoin="round">${recording}<path class="simulated" d="${trace(simulated, lead, y)}" stroke="${COLOUR.simulated}" stroke-width="1.6"/></g>${labels}${text(6, 15, name, 'start', COLOUR.text, 'font-weight="600"')}</g>`;
  });
  const legend =
    `<g transform="translate(${MARGIN.left},12)"><path d="M0,0H22" stroke="${COLOUR.simulated}" stroke-width="1.6"/>${text(28, 4, name, 'start', COLOUR.text)}` +
    (recorded
      ? `<path d="M104,0H126" stroke="${COLOUR.recorded}" stroke-opacity="0.38" stroke-width="4"/>${text(132, 4, 'recorded', 'start', COLOUR.text)}`
      : '') +
    '</g>';
  const axes =
    text(10, 16, 'mV', 'start', COLOUR.axis) +
    text(width - MARGIN.right, height - 3, 'ms after QRS onset', 'end', COLOUR.axis);
  const description = recorded ? 'Simulated and recorded twelve-lead ECG' : `Twelve-lead ECG, ${name}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${description}" font-family="system-ui, sans-serif" font-size="11">${legend}${axes}${panels.join('')}</svg>`;
}

/** The range of some leads, zero inside, in steps that a reader can count. */
function voltageRange(
  simulated: Float64Array,
  recorded: Float64Array | undefined,
  counts: (lead: number) => boolean,
): { low: number; high: number; step: number } {
  let least = 0;
  let most = 0;
  for (const signal of [simulated, recorded ?? []])
    for (let at = 0; at < signal.length; at++) {
      const voltage = signal[at] ?? Number.NaN;
      if (!Number.isFinite(voltage) || !counts(at % TWELVE)) continue;
      least = Math.min(least, voltage);
      most = Math.max(most, voltage);
    }
  const span = SPANS_mV.find((value) => value >= most - least) ?? most - least;
  const step = span < 1 ? 0.1 : span <= 1 ? 0.25 : span <= 2 ? 0.5 : span <= 4 ? 1 : span / 4;
  return { low: Math.floor(least / step) * step, high: Math.max(Math.ceil(most / step), 1) * step, step };
}

/** Multiples of a step inside a range. */
function ticks(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at) * step);
}

function text(x: number, y: number, words: string, anchor: string, colour: string, more = ''): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" fill="${colour}" ${more}>${words}</text>`;
}

const fixed = (value: number) => (Math.round(value * 100) / 100).toString();
const tickLabel = (value: number) => String(Math.round(value * 1000) / 1000).replace('-', '−');
/** The lowest number of a panel would touch the highest of the one under it. */
const labelled = (voltages: readonly number[], low: number, isLowest: boolean) =>
  voltages.filter((voltage) => voltage > low + 1e-9 || isLowest);
