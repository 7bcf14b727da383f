import { INDEPENDENT_LEADS } from '../../twin/ecg/beat.ts';
import { leadInName } from '../../twin/metrics/leadInName.ts';
import { type ColumnTable, numbersOf } from './table.ts';

/**
 * A cohort table with one QRS and one T amplitude for each beat, simulated and recorded, from those of its leads: `qrsAmplitude_mV`, the largest
 * peak-to-peak QRS of the independent leads, and `tAmplitude_mV`, the T deflection that is largest by size, signed; the same of the recorded
 * beat under `…Recorded_mV`. What a table has already is left as it is.
 */
export function withBeatAmplitudes(table: ColumnTable): ColumnTable {
  const added: Record<string, (number | null)[]> = {};
  for (const whose of ['', 'Recorded']) {
    const columnsOf = (wave: string) =>
      INDEPENDENT_LEADS.map((lead) => numbersOf(table, `${wave}Amplitude${whose}${leadInName(lead)}_mV`));
    const [above, below, recovery] = [columnsOf('r'), columnsOf('s'), columnsOf('t')];
    const peakToPeak = above.map((up, lead) => up.map((value, row) => value + (below[lead]?.[row] ?? Number.NaN)));
    added[`qrsAmplitude${whose}_mV`] = largest(peakToPeak, table.rows);
    added[`tAmplitude${whose}_mV`] = largest(recovery, table.rows);
  }
  return { rows: table.rows, columns: { ...added, ...table.columns } };
}

/** By row the value that is largest by size, signed; null where a lead has none. @param leads [leads][rows] */
function largest(leads: readonly Float64Array[], rows: number): (number | null)[] {
  return Array.from({ length: rows }, (_, row) => {
    let most = 0;
    for (const values of leads) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) return null;
      if (Math.abs(value) > Math.abs(most)) most = value;
    }
    return most;
  });
}
