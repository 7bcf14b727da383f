import test from 'ava';
import { type MediationEffects, mediation } from '../../cohorts/analyses/mediation.ts';
import { regressionShare } from '../../cohorts/analyses/regressionShare.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { MASS_g, plantedTable } from './plantedTable.ts';

const settings = { resamples: 40, seed: 1, level: 0.95 };
const table = plantedTable({ perSex: 60, seed: 3, sizeEffect_ms_g: 0.1, functionEffect_ms: 1 });

function effectsOf(of: ColumnTable, resamples = settings.resamples): MediationEffects[] {
  const outcome = mediation.run(of, { ...settings, resamples }).outcomes[1];
  if (!outcome || 'undetermined' in outcome) throw new Error(outcome?.undetermined ?? 'no outcome');
  return outcome.effects.filter((model): model is MediationEffects => !('undetermined' in model));
}

test('without age and products, mediation is the two-fold decomposition number by number', (t) => {
  const share = regressionShare.run(table, settings).outcomes[1];
  if (!share || 'undetermined' in share) return t.fail();
  const plain = effectsOf(table).filter(({ covariates, hasInteraction }) => covariates.length === 0 && !hasInteraction);
  t.true(plain.length > 5);
  for (const model of plain) {
    const parts = share.decompositions.find(({ label }) => label === model.label);
    if (!parts || 'undetermined' in parts) return t.fail(model.label);
    t.true(Math.abs(model.indirect.estimate - parts.explained.estimate) < 1e-9, model.label);
    t.true(Math.abs(model.direct.estimate - parts.unexplained.estimate) < 1e-9);
    t.true(Math.abs(model.proportion.estimate - parts.share.estimate) < 1e-9);
    t.true(Math.abs(model.indirect.low - parts.explained.low) < 1e-9, 'and so are its intervals');
  }
});

test('with products, mediation is the three-fold decomposition number by number', (t) => {
  const share = regressionShare.run(table, settings).outcomes[1];
  if (!share || 'undetermined' in share) return t.fail();
  const byProducts = effectsOf(table).filter(
    ({ covariates, hasInteraction }) => covariates.length === 0 && hasInteraction,
  );
  for (const model of byProducts) {
    const parts = share.decompositions.find(({ label }) => label === model.label);
    if (!parts || 'undetermined' in parts || 'undetermined' in parts.threefold) return t.fail(model.label);
    const { endowments, coefficients, interaction } = parts.threefold;
    t.true(Math.abs(model.indirect.estimate - endowments.estimate) < 1e-8, model.label);
    t.true(Math.abs(model.direct.estimate - coefficients.estimate) < 1e-8);
    t.true(Math.abs((model.mediatedInteraction?.estimate ?? Number.NaN) - interaction.estimate) < 1e-8);
  }
});

test('the effects of every model add up to its total, and products of mediators to the indirect effect', (t) => {
  for (const { total, direct, indirect, mediatedInteraction, byMediator } of effectsOf(table)) {
    const sum = direct.estimate + indirect.estimate + (mediatedInteraction?.estimate ?? 0);
    t.true(Math.abs(sum - total.estimate) < 1e-9);
    t.true(Math.abs(byMediator.reduce((all, part) => all + part.indirect.estimate, 0) - indirect.estimate) < 1e-9);
  }
});

test('where age alone makes the gap, nothing of it is left with age held', (t) => {
  const isFemale = (table.columns.sex ?? []).map((sex) => (sex === 'female' ? 1 : 0));
  const age = (table.columns.age_y ?? []).map((value, row) => Number(value) - 10 * (isFemale[row] ?? 0));
  const noise = table.columns.heartElectrodeDistance_mm ?? [];
  const qrs = age.map((value, row) => 60 + 0.5 * value + 0.01 * Number(noise[row]));
  const effects = effectsOf({ rows: table.rows, columns: { ...table.columns, age_y: age, qrsDuration_ms: qrs } });
  for (const { covariates, hasInteraction, total } of effects.filter(({ label }) => label === 'LV mass')) {
    if (covariates.length > 0 && !hasInteraction) t.true(Math.abs(total.estimate) < 0.1, `${total.estimate}`);
    if (covariates.length === 0) t.true(total.estimate > 3);
  }
});

test('slopes that differ by sex show as a mediated interaction of the planted size', (t) => {
  const columns = { ...table.columns };
  const mass = (columns.lvMass_g ?? []).map(Number);
  const isMale = (columns.sex ?? []).map((sex) => (sex === 'male' ? 1 : 0));
  columns.qrsDuration_ms = mass.map((value, row) => 70 + (0.05 + 0.1 * (isMale[row] ?? 0)) * (value - MASS_g.female));
  const found = effectsOf({ rows: table.rows, columns }).find(
    ({ label, hasInteraction, covariates }) => label === 'LV mass' && hasInteraction && covariates.length === 0,
  );
  const mean = (sex: number) => {
    const own = mass.filter((_, row) => isMale[row] === sex);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  const gap = mean(1) - mean(0);
  t.true(Math.abs((found?.indirect.estimate ?? 0) - 0.05 * gap) < 1e-9);
  t.true(Math.abs((found?.mediatedInteraction?.estimate ?? 0) - 0.1 * gap) < 1e-9);
  t.true(Math.abs((found?.direct.estimate ?? 0) - 0.1 * (mean(0) - MASS_g.female)) < 1e-9);
});
