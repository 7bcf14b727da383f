import { CONDITIONS, type Finding, PARTS } from './study.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const one = (value: number): string => value.toFixed(1);

/** Mean of every number over a condition's truths. */
export interface ConditionSummary {
  readonly condition: string;
  readonly truths: number;
  readonly priorRmse_ms: number;
  readonly singleRmse_ms: number;
  readonly rmse_ms: number;
  readonly sd_ms: number;
  readonly within2Sd: number;
  readonly nearSternumSd_ms: number;
  readonly elsewhereSd_ms: number;
  readonly clusters: number;
  readonly correlation: number;
}

export function summariseStudy(findings: readonly Finding[]): ConditionSummary[] {
  return CONDITIONS.flatMap(({ name }) => {
    const own = findings.filter(({ condition }) => condition === name);
    if (own.length === 0) return [];
    const of = (value: (finding: Finding) => number) => mean(own.map(value));
    return [
      {
        condition: name,
        truths: own.length,
        priorRmse_ms: of(({ prior }) => prior.rmse_ms),
        singleRmse_ms: of(({ singles_ms }) => mean(singles_ms)),
        rmse_ms: of(({ posterior }) => posterior.rmse_ms),
        sd_ms: of(({ posterior }) => posterior.sd_ms),
        within2Sd: of(({ posterior }) => posterior.within2Sd),
        nearSternumSd_ms: of(({ nearSternumSd_ms }) => nearSternumSd_ms),
        elsewhereSd_ms: of(({ elsewhereSd_ms }) => elsewhereSd_ms),
        clusters: of(({ clusters }) => clusters),
        correlation: of(({ correlation }) => correlation),
      },
    ];
  });
}

/** The study as Markdown: a table of conditions, one of truths. */
export function markdownOf(findings: readonly Finding[]): string {
  const rows = summariseStudy(findings).map(
    (row) =>
      `| ${row.condition} | ${row.truths} | ${one(row.priorRmse_ms)} | ${one(row.singleRmse_ms)} | ${one(row.rmse_ms)} | ${one(row.sd_ms)} | ${(100 * row.within2Sd).toFixed(0)} % | ${one(row.nearSternumSd_ms)} / ${one(row.elsewhereSd_ms)} | ${one(row.clusters)} | ${row.correlation.toFixed(4)} |`,
  );
  const truths = findings.map(
    ({ truth, condition, prior, posterior, singles_ms, explaining, members }) =>
      `| ${truth} | ${condition} | ${one(prior.rmse_ms)} | ${one(mean(singles_ms))} | ${one(posterior.rmse_ms)} | ${one(posterior.bias_ms)} | ${one(posterior.sd_ms)} | ${(100 * posterior.within2Sd).toFixed(0)} % | ${explaining} of ${members} |`,
  );
  return [
    '| condition | truths | RMSE of drawn fronts’ mean, ms | RMSE of a single member, ms | RMSE of the ensemble’s mean, ms | spread, ms | error within 2 SD | spread near the sternum / elsewhere, ms | groups | ECG correlation |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
    '| truth | condition | drawn, ms | single, ms | ensemble, ms | bias, ms | spread, ms | within 2 SD | explaining |',
    '|---|---|--:|--:|--:|--:|--:|--:|--:|',
    ...truths,
    '',
  ].join('\n');
}

const WIDTH = 260;
const RADIUS = 100;

/** Spread by part of the heart under every condition: LV (inner ring is the apex) and RV side by side, one scale. */
export function figureOf(findings: readonly Finding[]): string {
  const shown = CONDITIONS.filter(({ name }) => findings.some(({ condition }) => condition === name));
  const maps = shown.map(({ name }) => {
    const own = findings.filter(({ condition }) => condition === name);
    return own[0]?.partSd_ms.map((_, part) =>
      mean(own.map(({ partSd_ms }) => partSd_ms[part] as number).filter(Number.isFinite)),
    );
  });
  const most = Math.ceil(Math.max(...maps.flat().filter((value): value is number => Number.isFinite(value))));
  const { heights, angles } = PARTS;
  const colour = (value: number) => {
    const share = Math.min(1, value / most);
    const mix = (from: number, to: number) => Math.round(from + (to - from) * share);
    return `rgb(${mix(255, 150)},${mix(247, 20)},${mix(225, 30)})`;
  };
  const discs = maps.flatMap((map, row) =>
    [0, 1].flatMap((ventricle) => {
      const cx = 170 + ventricle * WIDTH;
      const cy = 150 + row * WIDTH;
      const parts = Array.from({ length: heights * angles }, (_, at) => {
        const value = map?.[ventricle * heights * angles + at];
        if (value === undefined || !Number.isFinite(value)) return '';
        return `<path d="${wedge(cx, cy, Math.floor(at / angles), at % angles)}" fill="${colour(value)}" stroke="#fff"/>`;
      });
      return [...parts, label(cx, cy + RADIUS + 16, ventricle === 0 ? 'LV and septum' : 'RV')];
    }),
  );
  const titles = shown.map(({ name }, row) => label(300, 34 + row * WIDTH, name));
  const scale = Array.from(
    { length: 11 },
    (_, at) => `<rect x="${590}" y="${250 - at * 16}" width="16" height="16" fill="${colour((most * at) / 10)}"/>`,
  );
  const height = 40 + shown.length * WIDTH;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="${height}" font-family="sans-serif" font-size="13"><rect width="700" height="${height}" fill="#fff"/>${[...titles, ...discs, ...scale].join('')}${label(640, 264, '0 ms')}${label(640, 102, `${most} ms`)}${label(610, 76, 'activation SD')}</svg>\n`;
}

/** A part as the sector of a ring; mid-septum points to the left, anterior up. */
function wedge(cx: number, cy: number, height: number, angle: number): string {
  const inner = (RADIUS * height) / PARTS.heights;
  const outer = (RADIUS * (height + 1)) / PARTS.heights;
  const at = (radius: number, turn: number) => {
    const radians = Math.PI + (2 * Math.PI * turn) / PARTS.angles;
    return `${(cx + radius * Math.cos(radians)).toFixed(1)} ${(cy + radius * Math.sin(radians)).toFixed(1)}`;
  };
  const [from, to] = [angle - 0.5, angle + 0.5];
  return `M${at(inner, from)}L${at(outer, from)}A${outer} ${outer} 0 0 1 ${at(outer, to)}L${at(inner, to)}${inner > 0 ? `A${inner} ${inner} 0 0 0 ${at(inner, from)}` : ''}Z`;
}

const label = (x: number, y: number, text: string): string =>
  `<text x="${x}" y="${y}" text-anchor="middle">${text}</text>`;
