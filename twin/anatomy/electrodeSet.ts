import { z } from 'zod';
import { TwinError } from '../errors.ts';
import { type LengthUnit, mmPer } from '../units.ts';
import { ELECTRODES, type Electrodes, type Point } from './anatomy.ts';

/** Electrodes of any kind and number, in the frame of a mesh. */
export interface ElectrodeSet {
  readonly names: readonly string[];
  /** mm, [electrodes, 3] */
  readonly places: Float64Array;
}

/** Leads as sums over a set's electrodes. */
export interface LeadSet {
  readonly names: readonly string[];
  /** [leads, electrodes]; every row sums to zero */
  readonly weights: Float64Array;
}

/** Most electrodes of a set: body-surface maps have at most some hundreds. */
const MOST_ELECTRODES = 4096;

const setFile = z.object({
  unit: z.enum(['um', 'mm', 'cm', 'm']),
  electrodes: z.record(z.string().min(1).max(40), z.tuple([z.number(), z.number(), z.number()])),
});

/**
 * Reads electrodes of any names: JSON `{"unit": "mm", "electrodes": {"A1": [x, y, z], …}}` in the frame of the mesh, in the file's order.
 *
 * @throws TwinError BadInput when it is not such a file, names none or over 4096, or two at one place
 */
export function readElectrodeSet(bytes: Uint8Array, fileName: string): ElectrodeSet {
  const refuse = (what: string) => new TwinError('BadInput', `${fileName}: ${what}`, { file: fileName });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    // JSON.parse says the place; a path or stack would say nothing more.
    throw refuse(`not JSON (${error instanceof Error ? error.message.slice(0, 120) : 'no reason given'})`);
  }
  const parsed = setFile.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(
      `${issue.path.map((part) => String(part).slice(0, 40)).join('.') || 'the file'}: ${issue.message}; expected {"unit": "mm", "electrodes": {"A1": [x, y, z], …}}`,
    );
  }
  const named = Object.entries(parsed.data.electrodes);
  if (named.length === 0 || named.length > MOST_ELECTRODES) {
    throw refuse(`names ${named.length} electrodes; expected 1 to ${MOST_ELECTRODES}`);
  }
  const set = setOf(named, parsed.data.unit);
  const seen = new Map<string, string>();
  for (const [at, name] of set.names.entries()) {
    // Tenths of a millimetre: nearer than that two electrodes are one.
    const key = [0, 1, 2].map((axis) => Math.round(10 * set.places[3 * at + axis])).join(' ');
    const other = seen.get(key);
    if (other !== undefined) throw refuse(`electrodes "${other}" and "${name}" are at one place`);
    seen.set(key, name);
  }
  return set;
}

/** A set from named places. */
export function setOf(named: readonly (readonly [string, Point])[], unit: LengthUnit = 'mm'): ElectrodeSet {
  const places = new Float64Array(3 * named.length);
  for (const [at, [, place]] of named.entries())
    for (let axis = 0; axis < 3; axis++) places[3 * at + axis] = place[axis] * mmPer[unit];
  return { names: named.map(([name]) => name), places };
}

/** The nine electrodes of the 12 leads as a set, in the order of ELECTRODES. */
export const standardSet = (electrodes: Electrodes): ElectrodeSet =>
  setOf(ELECTRODES.map((name) => [name, electrodes[name]] as const));

/** Electrodes of Frank's system. */
export type FrankElectrode = 'A' | 'C' | 'E' | 'F' | 'H' | 'I' | 'M';
export const FRANK_ELECTRODES: readonly FrankElectrode[] = ['A', 'C', 'E', 'F', 'H', 'I', 'M'];

/** Weights of Frank's resistor network (Frank, Circulation, 1956): X to the left, Y to the feet, Z to the back. */
const FRANK_WEIGHTS: Readonly<Record<'X' | 'Y' | 'Z', Readonly<Partial<Record<FrankElectrode, number>>>>> = {
  X: { A: 0.61, C: 0.171, I: -0.781 },
  Y: { F: 0.655, M: 0.345, H: -1 },
  Z: { A: 0.133, M: 0.736, I: -0.264, E: -0.374, C: -0.231 },
};

/** Frank's orthogonal leads X, Y and Z over FRANK_ELECTRODES. */
export function frankLeads(): LeadSet {
  const names = ['X', 'Y', 'Z'] as const;
  return {
    names,
    weights: Float64Array.from(
      names.flatMap((lead) => FRANK_ELECTRODES.map((electrode) => FRANK_WEIGHTS[lead][electrode] ?? 0)),
    ),
  };
}

/** Each electrode against the mean of all: the leads of a body-surface map. */
export function leadsAgainstMean({ names }: Pick<ElectrodeSet, 'names'>): LeadSet {
  const count = names.length;
  const weights = new Float64Array(count * count).fill(-1 / count);
  for (let at = 0; at < count; at++) weights[at * count + at] += 1;
  return { names, weights };
}
