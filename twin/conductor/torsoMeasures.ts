import type { Body } from '../anatomy/anatomy.ts';
import { type Finding, TwinError } from '../errors.ts';

/** Measures of a standing body, mm. */
export interface BodyMeasures {
  readonly height: number;
  readonly chestCircumference: number;
  readonly chestDepth: number;
  /** Across the ribs, callipers pressed on */
  readonly chestBreadth: number;
  readonly waistCircumference: number;
  readonly waistBreadth: number;
  readonly waistDepth: number;
  readonly hipCircumference: number;
  readonly hipBreadth: number;
  readonly hipDepth: number;
  readonly shoulderCircumference: number;
  /** Over the arms' muscle */
  readonly deltoidBreadth: number;
  /** From one shoulder bone to the other */
  readonly acromialBreadth: number;
  readonly neckBaseCircumference: number;
  readonly neckCircumference: number;
}

type PowerLaw = readonly [k: number, height: number, weight: number];
type Regressed = Exclude<keyof BodyMeasures, 'height'>;

/**
 * `mm = exp(k) · cm^h · kg^w`, least squares of logarithms over ANSUR II (Gordon et al., 2012 Anthropometric Survey of U.S. Army Personnel,
 * NATICK/TR-15/007, 2014; the public table of 4,081 men and 1,986 women). Residual standard deviations of the chest's circumference: 32 mm in
 * men, 42 mm in women. Soldiers: few are heavier than a body mass index of 38.
 */
const LAWS: Readonly<Record<Body['sex'], Readonly<Record<Regressed, PowerLaw>>>> = {
  female: {
    chestCircumference: [7.5545, -0.5704, 0.5233],
    chestDepth: [6.7181, -0.7732, 0.6481],
    chestBreadth: [4.7204, -0.0904, 0.3173],
    waistCircumference: [8.2967, -0.8967, 0.7186],
    waistBreadth: [6.2057, -0.6246, 0.6358],
    waistDepth: [8.5315, -1.3532, 0.8827],
    hipCircumference: [6.4903, -0.2955, 0.4617],
    hipBreadth: [4.9425, -0.1565, 0.4093],
    hipDepth: [6.664, -0.7744, 0.6483],
    shoulderCircumference: [5.5256, 0.0631, 0.2587],
    deltoidBreadth: [5.7536, -0.2394, 0.3743],
    acromialBreadth: [2.7318, 0.5636, 0.0709],
    neckBaseCircumference: [4.7396, 0.0371, 0.2348],
    neckCircumference: [5.6975, -0.2322, 0.3049],
  },
  male: {
    chestCircumference: [7.2476, -0.4917, 0.5084],
    chestDepth: [6.1342, -0.6412, 0.6112],
    chestBreadth: [4.3818, 0.0172, 0.2695],
    waistCircumference: [7.867, -0.8234, 0.7277],
    waistBreadth: [5.9356, -0.5634, 0.622],
    waistDepth: [7.4754, -1.1224, 0.8535],
    hipCircumference: [6.1996, -0.2476, 0.4519],
    hipBreadth: [4.4101, -0.0316, 0.36],
    hipDepth: [6.3173, -0.7182, 0.6523],
    shoulderCircumference: [5.9652, -0.0296, 0.2837],
    deltoidBreadth: [5.7267, -0.2139, 0.3635],
    acromialBreadth: [3.4874, 0.3881, 0.1208],
    neckBaseCircumference: [5.6156, -0.1616, 0.2914],
    neckCircumference: [6.3738, -0.3768, 0.351],
  },
};

/** What the survey's people span, and beyond which a torso is a guess: its first and last percentiles, rounded outward. */
const SURVEYED = {
  female: { height_cm: [147, 180], weight_kg: [44, 100] },
  male: { height_cm: [158, 194], weight_kg: [56, 126] },
} as const;

/**
 * Measures of a body by sex, height and weight; a measured circumference of the chest, where it is known, scales the chest's depth and the
 * shoulders' girth with it.
 *
 * @throws TwinError BadInput when a figure cannot be a body's, which mostly is a wrong unit
 */
export function measuresOf(body: Body, chestCircumference_mm?: number): BodyMeasures {
  const { sex, height_cm, weight_kg } = body;
  if (!(height_cm > 50 && height_cm < 250 && weight_kg > 5 && weight_kg < 350)) {
    throw new TwinError(
      'BadInput',
      `a torso is scaled by height and weight; found ${height_cm} cm and ${weight_kg} kg, expected 50–250 cm and 5–350 kg; check the units`,
      { height_cm, weight_kg },
    );
  }
  const of = (name: Regressed): number => {
    const [k, h, w] = LAWS[sex][name];
    return Math.exp(k + h * Math.log(height_cm) + w * Math.log(weight_kg));
  };
  const predicted = of('chestCircumference');
  const chestCircumference = chestCircumference_mm ?? predicted;
  if (!(chestCircumference > 0.6 * predicted && chestCircumference < 1.7 * predicted)) {
    throw new TwinError(
      'BadInput',
      `a chest circumference of ${chestCircumference} mm does not go with ${height_cm} cm and ${weight_kg} kg, expected about ${predicted.toFixed(0)} mm; check its unit`,
      { chestCircumference_mm: chestCircumference },
    );
  }
  const chest = chestCircumference / predicted;
  return {
    height: 10 * height_cm,
    chestCircumference,
    chestDepth: chest * of('chestDepth'),
    chestBreadth: of('chestBreadth'),
    waistCircumference: of('waistCircumference'),
    waistBreadth: of('waistBreadth'),
    waistDepth: of('waistDepth'),
    hipCircumference: of('hipCircumference'),
    hipBreadth: of('hipBreadth'),
    hipDepth: of('hipDepth'),
    shoulderCircumference: Math.sqrt(chest) * of('shoulderCircumference'),
    deltoidBreadth: Math.sqrt(chest) * of('deltoidBreadth'),
    acromialBreadth: of('acromialBreadth'),
    neckBaseCircumference: of('neckBaseCircumference'),
    neckCircumference: of('neckCircumference'),
  };
}

/** Whether a body lies outside what was surveyed, so that its torso is an extrapolation. */
export function doubtBody({ sex, height_cm, weight_kg }: Body): Finding[] {
  const { height_cm: heights, weight_kg: weights } = SURVEYED[sex];
  const isInside = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
  if (isInside(height_cm, heights) && isInside(weight_kg, weights)) return [];
  return [
    {
      code: 'torso-extrapolated',
      severity: 'warning',
      message: `A torso for ${height_cm} cm and ${weight_kg} kg goes beyond the ${sex} bodies it was made from (${heights.join('–')} cm, ${weights.join('–')} kg); its shape is a guess.`,
    },
  ];
}
