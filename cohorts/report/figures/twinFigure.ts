import { Buffer } from 'node:buffer';
import { ecgDrawing } from '../ecgDrawing.ts';
import { embed } from '../figure.ts';
import { type Html, html, trusted } from '../html.ts';
import type { TwinShown } from '../reportInput.ts';
import { subjectLink } from '../subjectLink.ts';

/** One twin's ECG over its recording, and its activation map where there is one. */
export function twinFigure(twin: TwinShown, number: number, pages: ReadonlySet<string>): Html {
  const picture =
    twin.activationPng === undefined
      ? html``
      : html`<img class="activation" alt="Activation map of the twin of ${twin.subject}: the heart from front and back, and both halves of it cut open, coloured by activation time" src="data:image/png;base64,${Buffer.from(twin.activationPng).toString('base64')}">`;
  return embed(
    {
      id: `twin-${number}`,
      alt: `Simulated and recorded twelve-lead QRS of ${twin.subject}. ${twin.caption}`,
      caption: html`<b>${subjectLink(twin.subject, pages)}</b> · ${twin.caption}`,
      captionSide: 'above',
    },
    html`${trusted(ecgDrawing(twin, 'strip'))}${picture}`.html,
  );
}
