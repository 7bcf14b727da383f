import * as Plot from '@observablehq/plot';
import type { SubjectCost } from '../row.ts';
import { drawFigure } from './figure.ts';
import { type Html, html, trusted } from './html.ts';
import { type Column, dataTable, numberColumn, textColumn } from './markup.ts';
import { count, format, median } from './numbers.ts';
import { type Page, pageHtml } from './sections/page.ts';
import { type StageTime, TIMELINE_STAGES, type Timeline, timelineOf } from './timeline.ts';

const STAGE_COLOUR = { domain: [...TIMELINE_STAGES], range: ['#E69F00', '#0072B2', '#009E73'] };
const LANE_HEIGHT = 18;

/** A square of each stage's colour before its name. */
const legend: Html = trusted(
  STAGE_COLOUR.domain
    .map((stage, at) => `<span style="color:${STAGE_COLOUR.range[at]}" aria-hidden="true">■</span>\u00a0${stage}`)
    .join(' '),
);

/** Where the hours of the run went: by worker, by stage, per twin. Undefined where costs say nothing of when they arose. */
export function timelinePage(costs: readonly SubjectCost[]): Page | undefined {
  const timeline = timelineOf(costs);
  if (timeline === undefined) return undefined;
  return {
    id: 'timeline',
    title: 'Where the hours went',
    short: 'Hours',
    body: html`<p>${summary(timeline)}</p>${lanesFigure(timeline)}${stageTable(timeline)}<p>From <code>costs.parquet</code>: of each subject and stage, the last time that it was done. Times are those of a stage from start to end on its worker, and include waiting for its files. They differ from run to run; no other number of this report does.</p>`,
  };
}

/** The page as it stands in the report; empty where there is none. */
export function timelineSection(costs: readonly SubjectCost[]): Html {
  const page = timelinePage(costs);
  return page === undefined ? html`` : pageHtml(page);
}

function summary({ elapsed_s, computed, found, stages, lanes, lanesLeftOut }: Timeline): string {
  const worked_s = stages.reduce((sum, { seconds }) => sum + total(seconds), 0);
  const busy = lanes.reduce((sum, { busyShare }) => sum + busyShare, 0) / lanes.length;
  const workers = count(lanes.length + lanesLeftOut, 'worker');
  const sentences = [
    `${duration(worked_s)} of work in ${duration(elapsed_s)} on ${workers}, at work for ${format(100 * busy, 0)} % of that time.`,
  ];
  if (computed > 0) {
    const each = `${duration(worked_s / computed)} of work each`;
    sentences.push(
      `${count(computed, 'twin')} computed, ${each}: ${format((3600 * computed) / elapsed_s, computed / elapsed_s < 0.01 ? 1 : 0)} an hour.`,
    );
  }
  if (found > 0) sentences.push(`${count(found, 'twin')} found from before.`);
  return sentences.join(' ');
}

function lanesFigure({ lanes, lanesLeftOut, elapsed_s }: Timeline): Html {
  const { unit, seconds } = scaleOf(elapsed_s);
  const marks = lanes.flatMap(({ name, spans }) =>
    spans.map(({ stage, from_s, to_s, share }) => ({
      lane: name,
      stage,
      from: from_s / seconds,
      to: to_s / seconds,
      share,
    })),
  );
  const leftOut = lanesLeftOut > 0 ? ` ${count(lanesLeftOut, 'more worker')} did the like and are not drawn.` : '';
  return drawFigure(
    {
      id: 'timeline-lanes',
      alt: `Time line of ${count(lanes.length, 'worker')} over ${duration(elapsed_s)}: for each stretch of time the stage that took most of it`,
      caption: html`<b>What each worker did when.</b> ${legend} A row is a worker; its colour is the stage that took most of each stretch, paler where the worker was at work for only a part of it, white where it waited.${leftOut}`,
    },
    {
      height: 56 + LANE_HEIGHT * lanes.length,
      marginLeft: 64,
      marginBottom: 40,
      marginTop: 8,
      color: STAGE_COLOUR,
      x: {
        label: `${unit} since the run began`,
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: [0, elapsed_s / seconds],
      },
      y: { label: null, domain: lanes.map(({ name }) => name), padding: 0.2, tickSize: 0 },
      marks: [Plot.barX(marks, { x1: 'from', x2: 'to', y: 'lane', fill: 'stage', fillOpacity: 'share' })],
      opacity: { type: 'identity' },
    },
  );
}

function stageTable({ stages }: Timeline): Html {
  const all_s = stages.reduce((sum, { seconds }) => sum + total(seconds), 0);
  const whole = (n: number) => n.toLocaleString('en-GB');
  const time = (title: string, name: string, pick: (stage: StageTime) => number): Column<StageTime> =>
    numberColumn(title, name, pick, duration);
  return dataTable<StageTime>({
    id: 'timeline',
    caption: 'Time by stage',
    columns: [
      textColumn('Stage', 'stage', ({ stage }) => stage),
      numberColumn('computed', 'computed', ({ seconds }) => seconds.length, whole),
      numberColumn('found', 'found', ({ found }) => found, whole),
      time('in all', 'total_s', ({ seconds }) => total(seconds)),
      numberColumn(
        'share',
        'share',
        ({ seconds }) => (all_s > 0 ? total(seconds) / all_s : Number.NaN),
        (share) => (Number.isFinite(share) ? `${format(100 * share, 0)} %` : '—'),
      ),
      time('median', 'median_s', ({ seconds }) => median(seconds)),
      time('longest', 'longest_s', ({ seconds }) => seconds.at(-1) ?? Number.NaN),
      numberColumn('attempts repeated', 'repeated', ({ retries }) => retries, whole),
      numberColumn('failed', 'failed', ({ failed }) => failed, whole),
    ],
    rows: stages,
  });
}

const total = (seconds: Float64Array): number => seconds.reduce((sum, each) => sum + each, 0);

const scaleOf = (elapsed_s: number) =>
  elapsed_s > 2 * 86_400
    ? { unit: 'days', seconds: 86_400 }
    : elapsed_s > 2 * 3600
      ? { unit: 'hours', seconds: 3600 }
      : elapsed_s > 120
        ? { unit: 'minutes', seconds: 60 }
        : { unit: 'seconds', seconds: 1 };

/** `0.4 s`, `12 s`, `3.5 min`, `12.4 h`. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '—';
  if (seconds < 120) return `${format(seconds, seconds < 10 ? 1 : 0)} s`;
  return seconds < 7200 ? `${format(seconds / 60, 1)} min` : `${format(seconds / 3600, 1)} h`;
}
