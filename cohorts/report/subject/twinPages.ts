import { Buffer } from 'node:buffer';
import { STANDARD_LEADS } from '../../../twin/ecg/beat.ts';
import { ecgDrawing as drawn } from '../ecgDrawing.ts';
import { embed } from '../figure.ts';
import { type Html, html, trusted } from '../html.ts';
import { plainTable } from '../markup.ts';
import { format } from '../numbers.ts';
import type { Page } from '../sections/page.ts';
import type { TwinTraces } from './subjectPageInput.ts';

/** The twelve leads over the recording, the whole beat where the T wave was fitted, what is left between them, and the fit of each lead. */
export function ecgPage(twin: TwinTraces): Page {
  const { interval_ms, start_ms, qrs, qrst } = twin;
  const clock = { interval_ms, start_ms };
  const { simulated_mV, recorded_mV } = qrst ?? qrs;
  const left_mV = simulated_mV.map((value, at) => value - (recorded_mV[at] ?? Number.NaN));
  const largest = left_mV.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, Math.abs(value))), 0);
  const worst = extremeLead(twin, (a, b) => a < b);
  const best = extremeLead(twin, (a, b) => a > b);
  const overlay = embed(
    {
      id: 'ecg',
      alt: `Twelve-lead QRS, simulated over recorded. Correlation is best in ${best} and worst in ${worst}`,
      caption: html`<b>Simulated over recorded QRS.</b> All leads on one voltage scale. The simulation agrees best in ${best} and least in ${worst}.`,
    },
    drawn({ ...clock, ...qrs }, 'paper'),
  );
  const whole = qrst
    ? embed(
        {
          id: 'beat',
          alt: 'Twelve-lead ECG, simulated over recorded, from the QRS to the end of the T wave',
          caption: html`<b>On to the T wave.</b> The same, with the repolarisation that was fitted to it; each row on its own voltage scale.`,
        },
        drawn({ ...clock, ...qrst }, 'strip'),
      )
    : html``;
  const left = embed(
    {
      id: 'residual',
      alt: `What is left between simulated and recorded ECG in twelve leads, at most ${format(largest, 2)} mV in the independent leads`,
      caption: html`<b>What is left: simulated − recorded.</b> Each row on its own voltage scale; at most ${format(largest, 2)} mV in the eight independent leads.`,
    },
    drawn({ ...clock, simulated_mV: left_mV, trace: 'left over' }, 'strip'),
  );
  return {
    id: 'leads',
    title: 'ECG, recorded and simulated',
    short: 'ECG',
    body: html`${overlay}${whole}${left}${leadTable(twin)}`,
  };
}

/** The lead whose correlation beats all others, with its correlation. */
function extremeLead({ leadCorrelation }: TwinTraces, beats: (a: number, b: number) => boolean): string {
  let chosen = -1;
  for (let lead = 0; lead < leadCorrelation.length; lead++) {
    const value = leadCorrelation[lead] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (chosen < 0 || beats(value, leadCorrelation[chosen] ?? Number.NaN)) chosen = lead;
  }
  const name = STANDARD_LEADS[chosen];
  return name === undefined ? 'no lead' : `${name} (${format(leadCorrelation[chosen] ?? Number.NaN, 3)})`;
}

function leadTable({ leadCorrelation, leadRmse_mV }: TwinTraces): Html {
  const line = (name: string, values: Float64Array, decimals: number) => [
    name,
    ...STANDARD_LEADS.map((_, lead) => format(values[lead] ?? Number.NaN, decimals)),
  ];
  return plainTable(
    'Fit of the QRS by lead',
    [{ title: 'Lead' }, ...STANDARD_LEADS.map((title) => ({ title, isNumber: true }))],
    [line('correlation', leadCorrelation, 3), line('left over, RMS mV', leadRmse_mV, 3)],
  );
}

/** The activation map, and where its explanations differ. */
export function mapPage({ activationPng, spreadPng }: TwinTraces): Page {
  const spread =
    spreadPng === undefined
      ? html``
      : picture(
          'spread',
          spreadPng,
          'Standard deviation of activation times over the ensemble, on the same four views',
          html`<b>Where the explanations differ.</b> Standard deviation of the activation times over the ensemble’s members that explain this ECG, lines 2 ms apart: dark places are not determined by the twelve leads.`,
        );
  return {
    id: 'map',
    title: 'Activation map',
    body: html`${picture(
      'activation',
      activationPng,
      'Activation map: the heart from the front and the back, and both halves of it cut open along the long axis, coloured by activation time',
      html`<b>When each place is activated.</b> From the front, from the back, and cut open along the long axis; ms after QRS onset, early bright, isochrones 10 ms apart. Different maps can give the same ECG: this is one that fits.`,
    )}${spread}`,
  };
}

const picture = (id: string, png: Uint8Array, alt: string, caption: Html): Html =>
  html`<figure id="${id}"><div class="drawn"><img class="activation" alt="${alt}" src="data:image/png;base64,${trusted(Buffer.from(png).toString('base64'))}"></div><figcaption>${caption}</figcaption></figure>`;
