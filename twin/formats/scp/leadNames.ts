/** Leads that EN 1064 numbers from 1 on, as far as they are numbered in a row. */
const FROM_ONE = [
  'I',
  'II',
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
  'V6',
  'V7',
  'V2R',
  'V3R',
  'V4R',
  'V5R',
  'V6R',
  'V7R',
  'X',
  'Y',
  'Z',
];
const DERIVED: Readonly<Record<number, string>> = {
  61: 'III',
  62: 'aVR',
  63: 'aVL',
  64: 'aVF',
  65: '-aVR',
  66: 'V8',
  67: 'V9',
  68: 'V8R',
  69: 'V9R',
};

/**
 * Name of a lead by the number that SCP-ECG (EN 1064, section 5.6) and the MDC nomenclature give it, which DICOM files use too; the number itself
 * for one that is rarely met.
 */
export const numberedLead = (id: number): string => FROM_ONE[id - 1] ?? DERIVED[id] ?? `lead ${id}`;
