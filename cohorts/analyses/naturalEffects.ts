import type { SummedRows } from '../statistics/bootstrapSums.ts';
import { GroupMoments, type MomentTerm } from '../statistics/groupMoments.ts';

/** Numbers of one mediation model: total, direct, indirect, mediated interaction, proportion. */
export const EFFECTS = 5;

/** A choice of mediators, covariates, and whether mediators may act differently in the sexes; all by place in the columns given. */
export interface MediationModel {
  readonly mediators: readonly number[];
  readonly covariates: readonly number[];
  readonly hasInteraction: boolean;
}

/** Men are group 1 of the moments, women group 0. */
const MEN = 1;

/**
 * Natural effects of sex (0 women, 1 men) on an outcome by way of mediators M and past them, from linear models (Pearl, UAI, 2001; several
 * mediators as VanderWeele & Vansteelandt, Epidemiol Methods, 2014; three parts as VanderWeele, Epidemiology, 2013).
 *
 *     M = b₀ + b₁ male + b₂ᵀc,   Y = t₀ + t₁ male + t₂ᵀM [+ t₃ᵀ male·M] + t₄ᵀc
 *     direct = t₁ + t₃ᵀ(b₀ + b₂ᵀc̄),   indirect = t₂ᵀb₁,   mediated interaction = t₃ᵀb₁,   total = their sum
 *     proportion = (total − direct) / total
 *
 * `direct` is what men's hearts would have over women's at women's sizes, `indirect` what men's sizes would do in women. Without t₃ the indirect effect
 * is the product of coefficients, and where there are no covariates it is Oaxaca and Blinder's explained part; with t₃, and no covariates, the three are
 * the coefficients, endowments and interaction of the three-fold decomposition.
 */
export class NaturalEffects {
  readonly #moments: GroupMoments;
  readonly #outcome: number;
  readonly #models: readonly MediationModel[];
  readonly #ofMediator = new Map<string, number[] | undefined>();

  /** @param columns  mediators and covariates, [columns][rows] */
  constructor(
    outcome: Float64Array,
    columns: readonly Float64Array[],
    { women, men }: { readonly women: readonly number[]; readonly men: readonly number[] },
    models: readonly MediationModel[],
  ) {
    this.#moments = new GroupMoments([...columns, outcome], [women, men]);
    this.#outcome = columns.length + 1;
    this.#models = models.map(({ mediators, covariates, hasInteraction }) => ({
      mediators: mediators.map((at) => at + 1),
      covariates: covariates.map((at) => at + 1),
      hasInteraction,
    }));
  }

  /** What `bootstrapSums` is to sum. */
  get rows(): SummedRows {
    return this.#moments.rows;
  }

  /** The EFFECTS of each model, then the product of coefficients of each of its mediators; NaN where the mediators cannot be told apart. */
  statistic(sums: readonly Float64Array[]): number[] {
    this.#moments.read(sums);
    this.#ofMediator.clear();
    return this.#models.flatMap((model) => this.#effects(model));
  }

  /** A mediator on sex and covariates: the same for all models that hold the same. */
  #mediatorFit(mediator: number, base: readonly MomentTerm[], covariates: readonly number[]): number[] | undefined {
    const key = [mediator, ...covariates].join();
    if (!this.#ofMediator.has(key)) this.#ofMediator.set(key, this.#moments.fit(mediator, base));
    return this.#ofMediator.get(key);
  }

  #effects({ mediators, covariates, hasInteraction }: MediationModel): number[] {
    const moments = this.#moments;
    const base: MomentTerm[] = [{ place: 0 }, { place: 0, only: MEN }, ...covariates.map((place) => ({ place }))];
    const terms: MomentTerm[] = [
      ...base,
      ...mediators.map((place) => ({ place })),
      ...(hasInteraction ? mediators.map((place) => ({ place, only: MEN })) : []),
    ];
    const outcome = moments.fit(this.#outcome, terms);
    if (!outcome) return new Array<number>(EFFECTS + mediators.length).fill(Number.NaN);
    let direct = outcome[1] ?? Number.NaN;
    let interaction = 0;
    const products: number[] = [];
    for (const [at, mediator] of mediators.entries()) {
      const fitted = this.#mediatorFit(mediator, base, covariates);
      const slope = outcome[base.length + at] ?? Number.NaN;
      const ofSex = fitted?.[1] ?? Number.NaN;
      products.push(slope * ofSex);
      if (!hasInteraction) continue;
      const change = outcome[base.length + mediators.length + at] ?? Number.NaN;
      let ofWomen = fitted?.[0] ?? Number.NaN;
      for (const [k, place] of covariates.entries()) {
        ofWomen += (fitted?.[2 + k] ?? Number.NaN) * moments.centred(place, moments.overallMean(place));
      }
      direct += change * ofWomen;
      interaction += change * ofSex;
    }
    const indirect = products.reduce((sum, product) => sum + product, 0);
    const total = direct + indirect + interaction;
    return [total, direct, indirect, interaction, (indirect + interaction) / total, ...products];
  }
}
