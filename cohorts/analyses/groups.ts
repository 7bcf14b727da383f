import { COLUMN } from './columns.ts';
import { type ColumnTable, numbersOf, sexesOf } from './table.ts';

/** A division of the rows: what it is called, its levels in their order, and which each row has. */
export interface Grouping {
  /** `sex`, `ageGroup`, `bmiGroup`, or a covariate's own column */
  readonly column: string;
  readonly levels: readonly string[];
  /** Place in `levels`, −1 where it is not known, [rows] */
  readonly levelOf: Int32Array;
}

/** Groups of body mass index by their lower bound, kg/m² (WHO, Technical Report Series 894, 2000). */
export const BODY_MASS_GROUPS: readonly { readonly level: string; readonly from: number }[] = [
  { level: 'underweight', from: 0 },
  { level: 'normal', from: 18.5 },
  { level: 'overweight', from: 25 },
  { level: 'obese', from: 30 },
];

/** Body mass index, kg/m²: weight over the square of the height in metres. NaN where either is missing. */
export const bodyMassIndex_kg_m2 = (height_cm: number, weight_kg: number): number => (1e4 * weight_kg) / height_cm ** 2;

/** The table with a column of body mass indices, made of height and weight. */
export function withBodyMass(table: ColumnTable): ColumnTable {
  const [heights, weights] = [numbersOf(table, COLUMN.height), numbersOf(table, COLUMN.weight)];
  const values = Array.from(heights, (height, row) => {
    const index = bodyMassIndex_kg_m2(height, weights[row] ?? Number.NaN);
    return Number.isFinite(index) ? index : null;
  });
  return { rows: table.rows, columns: { ...table.columns, [COLUMN.bodyMassIndex]: values } };
}

export function groupBySex(table: ColumnTable): Grouping {
  const levels = ['female', 'male'];
  return { column: 'sex', levels, levelOf: Int32Array.from(sexesOf(table), (sex) => levels.indexOf(sex ?? '')) };
}

/**
 * Whole years of age in bands. Without bands, decades from the youngest to the oldest of the table.
 *
 * @param bands  as `40-49` (both ends included) or `80+`; those that are neither hold nobody
 */
export function groupByAge(table: ColumnTable, bands?: readonly string[]): Grouping {
  const ages = Array.from(numbersOf(table, COLUMN.age), Math.floor);
  const levels = bands ?? decadesOf(ages);
  const ranges = levels.map(rangeOf);
  const levelOf = Int32Array.from(ages, (age) => ranges.findIndex(({ from, to }) => age >= from && age <= to));
  return { column: 'ageGroup', levels, levelOf };
}

/** Groups of the World Health Organization. @param table  with a column of body mass indices */
export function groupByBodyMass(table: ColumnTable): Grouping {
  const levelOf = Int32Array.from(numbersOf(table, COLUMN.bodyMassIndex), (index) =>
    Number.isNaN(index) ? -1 : BODY_MASS_GROUPS.filter(({ from }) => index >= from).length - 1,
  );
  return { column: 'bmiGroup', levels: BODY_MASS_GROUPS.map(({ level }) => level), levelOf };
}

/** A covariate by its values as they stand, levels in the order of the alphabet. */
export function groupByValue(table: ColumnTable, column: string): Grouping {
  const cells = Array.from({ length: table.rows }, (_, row) => table.columns[column]?.[row] ?? null);
  const levels = [...new Set(cells.flatMap((cell) => (cell === null ? [] : String(cell))))].sort();
  return {
    column,
    levels,
    levelOf: Int32Array.from(cells, (cell) => (cell === null ? -1 : levels.indexOf(String(cell)))),
  };
}

function decadesOf(ages: readonly number[]): string[] {
  const known = ages.filter((age) => !Number.isNaN(age)).map((age) => Math.floor(age / 10));
  if (known.length === 0) return [];
  const first = known.reduce((least, decade) => Math.min(least, decade));
  const last = known.reduce((most, decade) => Math.max(most, decade));
  return Array.from({ length: last - first + 1 }, (_, at) => `${(first + at) * 10}-${(first + at) * 10 + 9}`);
}

function rangeOf(band: string): { from: number; to: number } {
  const closed = /^(\d+)-(\d+)$/.exec(band);
  if (closed) return { from: Number(closed[1]), to: Number(closed[2]) };
  const open = /^(\d+)\+$/.exec(band);
  return open ? { from: Number(open[1]), to: Infinity } : { from: Infinity, to: -Infinity };
}
