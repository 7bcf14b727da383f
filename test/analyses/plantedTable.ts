import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { bodySurfaceArea_m2 } from '../../cohorts/tableColumns.ts';
import { openRandom } from '../../twin/random.ts';

/** What makes women's QRS shorter in a made-up cohort. */
export interface Planted {
  readonly perSex: number;
  readonly seed: number;
  /** ms of QRS duration per g of LV mass */
  readonly sizeEffect_ms_g: number;
  /** ms by which women's QRS is shorter at the same size */
  readonly functionEffect_ms: number;
  readonly velocityEffect?: number;
  readonly quarantined?: number;
}

/** Means of LV mass of the sexes, g: a difference that the shares of the tests are worked out from. */
export const MASS_g = { female: 98, male: 134 } as const;

/** A cohort whose law is known: QRS = 70 + sizeEffect · mass − functionEffect · female + noise (4 ms). */
export function plantedTable(planted: Planted): ColumnTable {
  const random = openRandom(planted.seed, 'planted-cohort');
  const columns: Record<string, (number | string | null)[]> = {};
  const add = (name: string, value: number | string | null) => {
    columns[name] ??= [];
    columns[name].push(value);
  };
  const rows = 2 * planted.perSex + (planted.quarantined ?? 0);
  for (let row = 0; row < rows; row++) {
    const sex = row % 2 === 0 ? 'female' : 'male';
    const isFemale = sex === 'female' ? 1 : 0;
    const isDone = row < 2 * planted.perSex;
    const height = 176 - 13 * isFemale + 6 * random.normal();
    const mass = MASS_g[sex] + 18 * random.normal();
    const volume = 40 + 0.9 * mass + 12 * random.normal();
    const qrs = 70 + planted.sizeEffect_ms_g * mass - planted.functionEffect_ms * isFemale + 4 * random.normal();
    const velocity = 0.6 * (1 + (planted.velocityEffect ?? 0) * isFemale) * Math.exp(0.06 * random.normal());
    add('subject', `sub-${String(row).padStart(4, '0')}`);
    add('status', isDone ? 'done' : 'quarantined');
    add('sex', sex);
    add('age_y', Math.round(55 + 8 * random.normal()));
    add('height_cm', height);
    const weight = 24.5 * (height / 100) ** 2 + 8 * random.normal();
    add('weight_kg', weight);
    add('bsa_m2', bodySurfaceArea_m2(height, weight));
    const metrics: Record<string, number> = {
      lvMass_g: mass,
      lvVolume_mL: volume,
      heartElectrodeDistance_mm: 60 + 0.2 * height + 4 * random.normal(),
      qrsDuration_ms: qrs,
      qrsDurationRecorded_ms: qrs + 1.5 * random.normal(),
      lvFibreVelocity_mm_ms: velocity,
      lvTransverseVelocity_mm_ms: 0.37 * velocity * Math.exp(0.02 * random.normal()),
      rvFibreVelocity_mm_ms: velocity * Math.exp(0.05 * random.normal()),
      rvTransverseVelocity_mm_ms: 0.37 * velocity * Math.exp(0.05 * random.normal()),
      fitCorrelation: 1 - 0.012 * random.uniform(),
    };
    for (const [name, value] of Object.entries(metrics)) add(name, isDone ? value : null);
  }
  return { columns, rows };
}
