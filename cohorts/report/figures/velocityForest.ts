import { labelOf } from '../../analyses/columns.ts';
import type { VelocityBySex } from '../../analyses/velocityBySex.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { percent } from '../numbers.ts';
import { type ForestRow, forestPlot } from './forest.ts';

/** Velocities of women against men, per cent of the men's mean: alone, and adjusted for age and body. */
export function velocityForest({ velocities }: VelocityBySex): Html {
  const rows = velocities.flatMap((velocity): ForestRow[] => {
    if (isUndetermined(velocity)) return [];
    const label = labelOf(velocity.velocity);
    const alone = rowOf(label, 0, velocity.relative);
    const adjusted = velocity.regressions.at(-1)?.fit;
    const scale = velocity.relative.estimate / velocity.difference.estimate;
    if (velocity.regressions.length < 2 || !adjusted || isUndetermined(adjusted) || !Number.isFinite(scale))
      return [alone];
    const sex = adjusted.coefficients.find(({ term }) => term === 'sex');
    if (!sex) return [alone];
    const { estimate, low, high } = sex;
    const share = { estimate: scale * estimate, low: scale * low, high: scale * high };
    return [alone, rowOf(`${label}, adjusted`, 1, share)];
  });
  if (rows.length === 0) return html``;
  return drawFigure(
    {
      id: 'velocity-forest',
      alt: `Forest plot of conduction velocities, women − men, % of the men’s mean: ${rows.map(({ label, note }) => `${label} ${note}`).join('; ')}`,
      caption: html`<b>Conduction velocity, women against men.</b> Difference of mean calibrated velocity in per cent of the men’s mean, with 95 % intervals: alone (filled, bootstrap) and adjusted for age, height and LV mass as far as the table has them (open, HC3).`,
    },
    forestPlot({ groups: [{ title: '', rows }], axis: 'women − men, % of the men’s mean' }),
  );
}

function rowOf(label: string, kind: number, share: { estimate: number; low: number; high: number }): ForestRow {
  const [estimate, low, high] = [share.estimate, share.low, share.high].map((value) => 100 * value);
  return { label, kind, estimate: estimate ?? 0, low: low ?? 0, high: high ?? 0, note: percent(share, 1) };
}
