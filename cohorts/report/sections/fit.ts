import { fitHistogram } from '../figures/fitHistogram.ts';
import { twinFigure } from '../figures/twinFigure.ts';
import { html } from '../html.ts';
import type { ReportInput } from '../reportInput.ts';
import type { Page } from './page.ts';

/** How well the twins reproduce their ECGs. */
export function fitPage(input: ReportInput): Page {
  const histogram = fitHistogram(input.table);
  const shown =
    input.twinsShown.length === 0
      ? html``
      : html`<h3>Best, middle and worst fit</h3><p>Limb leads above, precordial leads below, each row on its own voltage scale; under them activation times on one scale for all hearts shown, isochrones 10 ms apart.</p><div class="twins">${input.twinsShown.map((twin, at) => twinFigure(twin, at + 1, input.subjectPages))}</div>`;
  return {
    id: 'fit',
    title: 'How well the twins fit',
    short: 'Fit',
    body: html`${histogram.html === '' ? html`<p>The table has no column of ECG correlations.</p>` : histogram}${shown}`,
  };
}
