import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { openRandom } from '../../twin/random.ts';

/** What a made-up cohort of people with lives follows. */
export interface Lives {
  readonly people: number;
  readonly seed: number;
  /** ms of recorded QRS duration a year */
  readonly perYear_ms?: number;
  /** ms of recorded QRS duration a kg/m² beyond 25, and none below */
  readonly perBmiBeyond25_ms?: number;
  /** The same in women alone */
  readonly inWomenAlone?: boolean;
  /** ms by which a smoker's QRS is longer */
  readonly smoking_ms?: number;
  /** ms by which men's QRS is longer from the age of 60 on, beyond the 5 ms of all men */
  readonly oldMen_ms?: number;
  /** Chance of being quarantined at 60 years and more; nobody younger is */
  readonly lostWhenOld?: number;
}

/** Ages 40 to 79, heights and weights by sex, smoking (a text), units of alcohol a week (a number), and QRS durations under the law above. */
export function livesTable(lives: Lives): ColumnTable {
  const random = openRandom(lives.seed, 'lives');
  const columns: Record<string, (number | string | null)[]> = {};
  for (let row = 0; row < lives.people; row++) {
    const isFemale = random.uniform() < 0.5;
    const age_y = 40 + Math.floor(40 * random.uniform());
    const height_cm = 176 - (isFemale ? 13 : 0) + 6 * random.normal();
    const bmi = Math.max(16, 26 + 4 * random.normal());
    const isSmoker = random.uniform() < 0.25;
    const isOld = age_y >= 60;
    const isDone = !(isOld && random.uniform() < (lives.lostWhenOld ?? 0));
    const bodyEffect = lives.inWomenAlone && !isFemale ? 0 : (lives.perBmiBeyond25_ms ?? 0);
    const qrs =
      95 +
      (isFemale ? 0 : 5) +
      (lives.perYear_ms ?? 0) * (age_y - 55) +
      bodyEffect * Math.max(0, bmi - 25) +
      (isSmoker ? (lives.smoking_ms ?? 0) : 0) +
      (!isFemale && isOld ? (lives.oldMen_ms ?? 0) : 0) +
      5 * random.normal();
    const values: Record<string, number | string | null> = {
      subject: `sub-${row}`,
      status: isDone ? 'done' : 'quarantined',
      sex: isFemale ? 'female' : 'male',
      age_y,
      height_cm,
      weight_kg: bmi * (height_cm / 100) ** 2,
      smoking: isSmoker ? 'smoker' : 'never',
      alcohol_units: Math.round(10 * random.uniform()),
      qrsDurationRecorded_ms: isDone ? qrs : null,
      lvMass_g: isDone ? 100 + (isFemale ? 0 : 30) + 15 * random.normal() : null,
      anatomySha256: 'abc',
    };
    for (const [name, value] of Object.entries(values)) {
      columns[name] ??= [];
      columns[name].push(value);
    }
  }
  return { columns, rows: lives.people };
}
