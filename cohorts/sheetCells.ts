import type { Finding } from '../twin/errors.ts';
import type { RawCell } from './rawSheet.ts';
import { shownId } from './subjectId.ts';

const MISSING_WORDS: readonly string[] = ['', 'na', 'n/a', '#n/a', 'nan', 'null', '-'];
const FEMALE_WORDS: readonly string[] = ['female', 'f', 'woman', 'w', 'weiblich', 'femme', 'mujer', 'donna'];
const MALE_WORDS: readonly string[] = ['male', 'm', 'man', 'männlich', 'homme', 'hombre', 'uomo'];
const DECIMAL = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

/** What a sheet's cells mean: which are missing, how numbers are written, which codes stand for sex. */
export interface CellReading {
  readonly missing: readonly string[];
  readonly hasDecimalComma: boolean;
  readonly sexCodes: { readonly female: readonly string[]; readonly male: readonly string[] };
}

/** A value and what was noticed while reading it. */
export interface ReadCell<Value> {
  readonly value: Value | null;
  readonly finding: Finding | null;
}

/** A quantity of a person: its bounds are what a living person can have. */
export interface Quantity {
  /** Stem of its findings: `age-out-of-range` */
  readonly stem: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** What a value beyond the bounds probably is. */
  readonly mistakes: readonly { readonly low: number; readonly high: number; readonly hint: string }[];
}

/** Bounds as in most registries' plausibility checks; they refuse slips of unit and of keys, not unusual people. */
export const QUANTITIES = {
  age_y: {
    stem: 'age',
    unit: 'years',
    low: 0,
    high: 120,
    mistakes: [{ low: 1900, high: 2100, hint: 'it looks like a year of birth' }],
  },
  height_cm: {
    stem: 'height',
    unit: 'cm',
    low: 40,
    high: 250,
    mistakes: [
      { low: 0.4, high: 2.5, hint: 'it looks like metres' },
      { low: 400, high: 2500, hint: 'it looks like millimetres' },
    ],
  },
  weight_kg: {
    stem: 'weight',
    unit: 'kg',
    low: 1,
    high: 400,
    mistakes: [{ low: 1000, high: 400_000, hint: 'it looks like grams' }],
  },
} as const satisfies Readonly<Record<string, Quantity>>;

/** Whether a cell says that there is no value: empty, NA, N/A, NaN, -, or a code that the study declares. */
export function isMissing(cell: RawCell, { missing }: CellReading): boolean {
  if (cell === null || Number.isNaN(cell)) {
    return true;
  }
  const text = String(cell).trim();
  return MISSING_WORDS.includes(text.toLowerCase()) || missing.some((code) => isSameCode(text, code));
}

/** A number as the sheet writes numbers, or null when the cell is something else. Infinity is something else. */
export function parseNumber(cell: RawCell, { hasDecimalComma }: Pick<CellReading, 'hasDecimalComma'>): number | null {
  if (typeof cell === 'number') {
    return Number.isFinite(cell) ? cell : null;
  }
  const text = (cell ?? '').trim();
  const pointed = hasDecimalComma && /^[+-]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text;
  const value = DECIMAL.test(pointed) ? Number(pointed) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** A quantity of a person. What cannot be is null with a finding that says what was found; nothing is converted by guess. */
export function readQuantity(cell: RawCell, reading: CellReading, quantity: Quantity): ReadCell<number> {
  const { stem, unit, low, high, mistakes } = quantity;
  if (isMissing(cell, reading)) {
    return { value: null, finding: warning(`${stem}-missing`, `${stem} is missing in the sheet`) };
  }
  const value = parseNumber(cell, reading);
  const range = `expected ${low} to ${high} ${unit}`;
  if (value === null) {
    return {
      value: null,
      finding: warning(`${stem}-not-a-number`, `${stem} is ${shownId(String(cell))}; ${range}; left out`),
    };
  }
  if (value < low || value > high) {
    const hint = mistakes.find((mistake) => value >= mistake.low && value <= mistake.high)?.hint;
    const sentence = `${stem} is ${value}; ${range}${hint ? ` (${hint})` : ''}; left out`;
    return { value: null, finding: warning(`${stem}-out-of-range`, sentence) };
  }
  return { value, finding: null };
}

/** Sex from words, or from codes that the study declares. Other words are null with a finding. */
export function readSex(cell: RawCell, reading: CellReading): ReadCell<'female' | 'male'> {
  const text = String(cell ?? '').trim();
  const word = text.toLowerCase();
  if (reading.sexCodes.female.some((code) => isSameCode(text, code))) {
    return { value: 'female', finding: null };
  }
  if (reading.sexCodes.male.some((code) => isSameCode(text, code))) {
    return { value: 'male', finding: null };
  }
  if (isMissing(cell, reading)) {
    return { value: null, finding: warning('sex-missing', 'sex is missing in the sheet') };
  }
  if (FEMALE_WORDS.includes(word)) {
    return { value: 'female', finding: null };
  }
  if (MALE_WORDS.includes(word)) {
    return { value: 'male', finding: null };
  }
  const declare = /^\d+$/.test(word) ? '; a code counts once the study declares it under sexCodes' : '';
  return {
    value: null,
    finding: warning('sex-unknown', `sex is ${shownId(text)}; expected female or male${declare}; left out`),
  };
}

/** Codes are equal as texts or as numbers: `-9.0` is `-9`. */
function isSameCode(text: string, code: string): boolean {
  return (
    text.toLowerCase() === code.toLowerCase() ||
    (DECIMAL.test(text) && DECIMAL.test(code) && Number(text) === Number(code))
  );
}

function warning(code: string, message: string): Finding {
  return { code, severity: 'warning', message };
}
