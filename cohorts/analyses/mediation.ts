import { bootstrapSums } from '../statistics/bootstrapSums.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Estimate,
  EstimateRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { bootstrapRecord } from './estimates.ts';
import { EFFECTS, NaturalEffects } from './naturalEffects.ts';
import {
  availableFactors,
  completeRows,
  factorSets,
  LEAST_ROWS_PER_COEFFICIENT,
  OUTCOMES,
  refusalOf,
  type SexRows,
  valuesOf,
  whyNotComparable,
} from './sexSize.ts';
import { type ColumnTable, finishedRows, numbersOf } from './table.ts';

/** Covariates that may stand beside sex and mediators. */
const COVARIATES = [COLUMN.age];
/** A covariate known of fewer than this share of the rows is left out, rather than the rows without it. */
const LEAST_COVERAGE = 0.8;

/** Natural effects by way of one set of mediators. All in the outcome's unit but the proportion; men − women. */
export interface MediationEffects {
  readonly mediators: readonly string[];
  readonly label: string;
  readonly covariates: readonly string[];
  /** Whether mediators may act differently in women and men */
  readonly hasInteraction: boolean;
  readonly total: Estimate;
  /** At women's sizes */
  readonly direct: Estimate;
  /** By women's slopes, where they are let differ */
  readonly indirect: Estimate;
  /** Absent without the interaction */
  readonly mediatedInteraction?: Estimate;
  /** (total − direct) / total */
  readonly proportion: Estimate;
  /** Product of coefficients of each mediator */
  readonly byMediator: readonly { readonly mediator: string; readonly indirect: Estimate }[];
}

/** A model that has no answer, and why. */
export type NoMediation = Undetermined &
  Pick<MediationEffects, 'mediators' | 'label' | 'covariates' | 'hasInteraction'>;

/** One outcome and all its models. */
export interface MediatedOutcome {
  readonly outcome: string;
  readonly rows: RowsUsed;
  /** Whether the interval of the total effect, nothing held, excludes zero; a proportion of nothing means nothing */
  readonly isTotalClear: boolean;
  readonly effects: readonly (MediationEffects | NoMediation)[];
}

export interface Mediation extends AnalysisResult {
  readonly outcomes: readonly (
    | MediatedOutcome
    | (Undetermined & { readonly outcome: string; readonly rows: RowsUsed })
  )[];
}

/** Estimand (a), seen as mediation: how much of sex's effect on QRS duration goes by way of size (docs/analyses.md#mediation). */
export const mediation: Analysis<Mediation> = {
  name: 'mediation',
  run(table, settings) {
    const { factors } = availableFactors(table);
    const covariates = knownCovariates(table);
    const outcomes = OUTCOMES.map((outcome) => mediate(table, outcome, factors, covariates, settings));
    return {
      title: 'How much of the gap goes by way of size',
      question:
        'How much longer would women’s QRS be with men’s sizes, and how much of the gap would be left at women’s?',
      definition:
        'Natural direct and indirect effects of sex (men − women) from linear models of each mediator and of the outcome, without and with a product of sex and mediator, without and with age held at its mean. Without product and age the indirect effect is the explained part of the Oaxaca–Blinder decomposition, number by number.',
      assumptions: [
        'The models are straight lines; sex is taken as the cause, size as what it acts through, and nothing else causes both size and QRS duration but what is held.',
        'Mediators taken together are not ordered among themselves: their parts are products of coefficients and tell nothing about which of them acts on which.',
        'With age held, age is taken to be no consequence of sex; the total is then the gap at equal age.',
        'Size is measured without error; error in it moves part of the indirect effect to the direct one.',
      ],
      outcomes,
      estimates: outcomes.flatMap((outcome) => ('undetermined' in outcome ? [] : recordsOf(outcome))),
    };
  },
};

function recordsOf({ outcome, rows: { women, men }, effects }: MediatedOutcome): EstimateRecord[] {
  return effects.flatMap((model) => {
    if ('undetermined' in model) return [];
    const by = wordsOf(model);
    const named = (estimand: string, unit: string) =>
      ({ analysis: 'mediation', estimand, outcome, by, unit, women, men }) as const;
    return [
      bootstrapRecord(named('total', 'ms'), model.total),
      bootstrapRecord(named('direct', 'ms'), model.direct),
      bootstrapRecord(named('indirect', 'ms'), model.indirect),
      ...(model.mediatedInteraction
        ? [bootstrapRecord(named('mediatedInteraction', 'ms'), model.mediatedInteraction)]
        : []),
      bootstrapRecord(named('proportion', '1'), model.proportion),
    ];
  });
}

/** A model in words: `LV mass; slopes by sex; age held`. */
const wordsOf = ({
  label,
  hasInteraction,
  covariates,
}: Pick<MediationEffects, 'label' | 'hasInteraction' | 'covariates'>) =>
  [label, ...(hasInteraction ? ['slopes by sex'] : []), ...covariates.map((name) => `${labelOf(name)} held`)].join(
    '; ',
  );

function mediate(
  table: ColumnTable,
  outcome: string,
  factors: readonly string[],
  known: readonly string[],
  settings: AnalysisSettings,
): Mediation['outcomes'][number] {
  const rows = completeRows(table, [outcome, ...factors, ...known]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, outcome, rows: rows.used };
  const columns = [...factors, ...known];
  const models = factorSets(factors).flatMap(({ factors: mediators, label }) =>
    (known.length > 0 ? [[], known] : [[]]).flatMap((covariates) =>
      [false, true].map((hasInteraction) => ({ mediators, label, covariates, hasInteraction })),
    ),
  );
  const asked = models.map((model) => ({ model, refusal: whyNot(model, rows, outcome) }));
  const answered = asked.filter(({ refusal }) => refusal === undefined).map(({ model }) => model);
  const placesOf = (names: readonly string[]) => names.map((name) => columns.indexOf(name));
  const kernel = new NaturalEffects(
    valuesOf(rows, outcome),
    columns.map((name) => valuesOf(rows, name)),
    rows,
    answered.map(({ mediators, covariates, hasInteraction }) => ({
      mediators: placesOf(mediators),
      covariates: placesOf(covariates),
      hasInteraction,
    })),
  );
  const estimates = bootstrapSums((sums) => kernel.statistic(sums), kernel.rows, settings);
  const effects = asked.map(({ model, refusal }) =>
    refusal === undefined
      ? { ...model, ...readEffects(model, estimates.splice(0, EFFECTS + model.mediators.length)) }
      : { ...model, undetermined: refusal },
  );
  const plain = effects.find((model): model is MediationEffects => !('undetermined' in model));
  return {
    outcome,
    rows: rows.used,
    isTotalClear: plain !== undefined && plain.total.low * plain.total.high > 0,
    effects,
  };
}

function readEffects(
  { mediators, hasInteraction }: Pick<MediationEffects, 'mediators' | 'hasInteraction'>,
  own: readonly Estimate[],
): Omit<MediationEffects, 'mediators' | 'label' | 'covariates' | 'hasInteraction'> {
  const [total, direct, indirect, interaction, proportion, ...products] = own;
  if (!total || !direct || !indirect || !interaction || !proportion || products.length !== mediators.length) {
    throw new RangeError(`the bootstrap gave ${own.length} numbers, and not ${EFFECTS + mediators.length}`);
  }
  return {
    total,
    direct,
    indirect,
    ...(hasInteraction ? { mediatedInteraction: interaction } : {}),
    proportion,
    byMediator: products.map((product, at) => ({ mediator: mediators[at] ?? '', indirect: product })),
  };
}

/** As of a decomposition; and with slopes by sex, rows enough of each sex. */
function whyNot(
  { mediators, covariates, hasInteraction }: Pick<MediationEffects, 'mediators' | 'covariates' | 'hasInteraction'>,
  rows: SexRows,
  outcome: string,
): string | undefined {
  const refusal = refusalOf([...mediators, ...covariates], rows, outcome);
  if (refusal !== undefined || !hasInteraction) return refusal;
  const smaller = Math.min(rows.women.length, rows.men.length);
  const least = LEAST_ROWS_PER_COEFFICIENT * (mediators.length + 1);
  return smaller >= least
    ? undefined
    : `slopes within each sex need at least ${least} complete rows of it; the smaller has ${smaller}`;
}

function knownCovariates(table: ColumnTable): string[] {
  const finished = finishedRows(table);
  const total = finished.filter(Boolean).length;
  return COVARIATES.filter((column) => {
    const values = numbersOf(table, column);
    const known = finished.filter((isFinished, row) => isFinished && !Number.isNaN(values[row])).length;
    return known > 0 && known >= LEAST_COVERAGE * total;
  });
}
