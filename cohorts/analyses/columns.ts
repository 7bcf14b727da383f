/** Names of the cohort table's columns that the analyses read: the one place where they are written. */
export const COLUMN = {
  subject: 'subject',
  status: 'status',
  sex: 'sex',
  age: 'age_y',
  height: 'height_cm',
  weight: 'weight_kg',
  bodySurface: 'bsa_m2',
  lvMass: 'lvMass_g',
  lvVolume: 'lvVolume_mL',
  electrodeDistance: 'heartElectrodeDistance_mm',
  qrsSimulated: 'qrsDuration_ms',
  qrsRecorded: 'qrsDurationRecorded_ms',
  lvFibreVelocity: 'lvFibreVelocity_mm_ms',
  lvTransverseVelocity: 'lvTransverseVelocity_mm_ms',
  rvFibreVelocity: 'rvFibreVelocity_mm_ms',
  rvTransverseVelocity: 'rvTransverseVelocity_mm_ms',
  correlation: 'fitCorrelation',
} as const;

/** How columns are called in sentences and figures. */
const LABELS: Readonly<Record<string, string>> = {
  [COLUMN.age]: 'age',
  [COLUMN.height]: 'height',
  [COLUMN.weight]: 'weight',
  [COLUMN.bodySurface]: 'body surface area',
  [COLUMN.lvMass]: 'LV mass',
  [COLUMN.lvVolume]: 'LV volume',
  [COLUMN.electrodeDistance]: 'heart–electrode distance',
  [COLUMN.qrsSimulated]: 'simulated QRS duration',
  [COLUMN.qrsRecorded]: 'recorded QRS duration',
  [COLUMN.lvFibreVelocity]: 'LV along fibres',
  [COLUMN.lvTransverseVelocity]: 'LV across fibres',
  [COLUMN.rvFibreVelocity]: 'RV along fibres',
  [COLUMN.rvTransverseVelocity]: 'RV across fibres',
};

/** A column's name in words; the name itself where it has none. */
export const labelOf = (column: string): string => LABELS[column] ?? column;
