import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { bodySurfaceArea_m2 } from '../../cohorts/tableColumns.ts';
import { openRandom } from '../../twin/random.ts';

type Cell = number | string | null;

/** Of the rows, those without a twin, and of the cells of a finished one, those without a number: what the choice of rows is checked with. */
const QUARANTINED = 0.03;
const MISSING = 0.01;

/** A cohort of made-up numbers with every column that the answers on sex and size read. It is no model of anybody. */
export function madeUpTable(rows: number, seed: number): ColumnTable {
  const random = openRandom(seed, 'made-up-table');
  const columns = new Map<string, Cell[]>();
  for (let row = 0; row < rows; row++) {
    const isFemale = random.uniform() < 0.52 ? 1 : 0;
    const isDone = random.uniform() >= QUARANTINED;
    const { person, metrics } = drawPerson(isFemale, random.normal);
    const status = { subject: `sub-${String(row + 1).padStart(5, '0')}`, status: isDone ? 'done' : 'quarantined' };
    const measured = Object.entries(metrics).map(([name, value]) => [
      name,
      isDone && random.uniform() >= MISSING ? value : null,
    ]);
    for (const [name, cell] of [...Object.entries({ ...status, ...person }), ...measured] as [string, Cell][]) {
      columns.set(name, [...(row === 0 ? [] : (columns.get(name) ?? [])), cell]);
    }
  }
  return { rows, columns: Object.fromEntries(columns) };
}

function drawPerson(isFemale: number, normal: () => number) {
  const height_cm = 176 - 13 * isFemale + 6.5 * normal();
  const weight_kg = 25 * (height_cm / 100) ** 2 + 10 * normal();
  const age_y = Math.round(58 - isFemale + 9 * normal());
  const lvMass_g = 118 - 34 * isFemale + 0.4 * (weight_kg - 75) + 17 * normal();
  const lvVolume_mL = 40 + 0.95 * lvMass_g + 16 * normal();
  const velocity = 0.6 * (1 + 0.02 * isFemale) * Math.exp(0.07 * normal());
  const simulated = 78 + 0.07 * lvMass_g - 1.5 * isFemale + 0.05 * (age_y - 58) - 30 * (velocity - 0.6) + 4 * normal();
  const recorded = simulated + 2 * normal();
  const rr = 960 - 40 * isFemale + 90 * normal();
  const metrics = {
    lvMass_g,
    lvVolume_mL,
    heartElectrodeDistance_mm: 55 + 0.25 * weight_kg + 5 * normal(),
    chestBreadth_mm: 230 + 1.3 * weight_kg + 10 * normal(),
    chestDepth_mm: 140 + 1.1 * weight_kg + 9 * normal(),
    qrsDuration_ms: simulated,
    qrsDurationLoose_ms: simulated + 4 + 2 * isFemale + Math.abs(normal()),
    qrsDurationStrict_ms: simulated - 4 - 2 * isFemale - Math.abs(normal()),
    qrsDurationRecorded_ms: recorded,
    qrsDurationRecordedLoose_ms: recorded + 5 + Math.abs(normal()),
    qrsDurationRecordedStrict_ms: recorded - 5 - Math.abs(normal()),
    rrIntervalRecorded_ms: rr,
    lvFibreVelocity_mm_ms: velocity,
    lvTransverseVelocity_mm_ms: 0.37 * velocity * Math.exp(0.03 * normal()),
    rvFibreVelocity_mm_ms: velocity * Math.exp(0.05 * normal()),
    rvTransverseVelocity_mm_ms: 0.37 * velocity * Math.exp(0.05 * normal()),
    ariMean_ms: 240 + 8 * isFemale + 0.09 * (rr - 960) + 12 * normal(),
    ariMeanSd_ms: 6 * Math.exp(0.2 * normal()),
    ariApicobasal_ms: 8 + 15 * normal(),
    ariApicobasalSd_ms: 18 * Math.exp(0.2 * normal()),
    ariTransmural_ms: -12 + 2 * isFemale + 10 * normal(),
    ariTransmuralSd_ms: 14 * Math.exp(0.1 * normal()),
    ariInterventricular_ms: -28 + 14 * normal(),
    ariInterventricularSd_ms: 20 * Math.exp(0.1 * normal()),
    ariCoupling: -0.9 + 0.25 * normal(),
    ariCouplingSd: 0.4 * Math.exp(0.1 * normal()),
  };
  const person = {
    sex: isFemale ? 'female' : 'male',
    age_y,
    height_cm,
    weight_kg,
    bsa_m2: bodySurfaceArea_m2(height_cm, weight_kg),
  };
  return { person, metrics };
}
