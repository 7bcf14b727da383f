import type { Finding } from '../../errors.ts';
import { mVPer } from '../../units.ts';
import { quote } from '../asciiScanner.ts';
import { badInput } from '../badInput.ts';
import { assembleEcg, checkSampleCount } from '../ecgAssembly.ts';
import type { EcgFormat, EcgOptions, EcgRecording } from '../format.ts';
import { wfdb } from '../wfdb.ts';
import { type MatVariable, readMatVariables } from './variables.ts';

/** The order of leads that a matrix without names is read in, by its number of rows. */
const LEADS: Readonly<Record<number, readonly string[]>> = {
  8: ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
  12: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
};
/** The name that WFDB's tools and the PhysioNet challenges give the matrix. */
const USUAL_NAME = 'val';

/**
 * ECGs in MATLAB files of levels 4 and 5: with a `.hea` of the same name beside them as WFDB records, else the one matrix with 8 or 12 rows or columns. Such a
 * matrix says neither rate nor unit nor leads: rate and unit come from the study (the rate also from a variable `fs`), leads are taken in the usual order, and
 * a finding says so.
 */
export const matEcg: EcgFormat = {
  name: 'MATLAB matrix',
  extensions: ['.mat'],
  content: 'mat',
  read(bytes, file, beside, options = {}): EcgRecording {
    const header = file.replace(/\.mat$/i, '.hea');
    const text = header === file ? undefined : beside(header);
    if (text) return wfdb.read(text, header, beside, options);
    const variables = readMatVariables(bytes, file);
    const matrix = chooseMatrix(variables, file);
    const { leads, samples, at } = layOut(matrix);
    checkSampleCount(file, leads.length * samples);
    const factor = mVPer[options.voltageUnit ?? 'mV'];
    const signals = leads.map((name, lead) => ({
      name,
      voltage_mV: Float64Array.from(
        { length: samples },
        (_, sample) => (matrix.values[at(lead, sample)] as number) * factor,
      ),
    }));
    const order: Finding = {
      code: 'lead-order-assumed',
      severity: 'warning',
      message: `a MATLAB matrix names no leads; its ${leads.length} were taken as ${leads.join(', ')}`,
    };
    const isCalibrated = options.voltageUnit !== undefined;
    return assembleEcg(
      file,
      { sampleRate_Hz: rateOf(variables, file, options), signals, isCalibrated, findings: [order] },
      options,
    );
  },
};

function chooseMatrix(variables: readonly MatVariable[], file: string): MatVariable {
  const fitting = variables.filter(
    ({ other, rows, columns }) => other === undefined && leadsAcross(rows, columns) !== undefined,
  );
  const usual = fitting.find(({ name }) => name === USUAL_NAME);
  const [only, second] = fitting;
  if (usual) return usual;
  if (only && !second) return only;
  const listed = (fitting.length > 0 ? fitting : variables)
    .slice(0, 20)
    .map(({ name, rows, columns, other }) => `${quote(name)} (${other ?? `${rows} × ${columns}`})`);
  const found =
    fitting.length > 0 ? `${fitting.length} matrices could be the ECG: ` : 'no matrix has 8 or 12 rows or columns: ';
  throw badInput(
    file,
    `${found}${listed.join(', ') || 'there is none at all'}; save the ECG alone as ${quote(USUAL_NAME)}, a row a lead`,
  );
}

/** Whether leads are rows or columns: the 8 or 12 on the shorter side. */
function leadsAcross(rows: number, columns: number): 'rows' | 'columns' | undefined {
  if (LEADS[rows] && columns > rows) return 'rows';
  return LEADS[columns] && rows > columns ? 'columns' : undefined;
}

function layOut({ rows, columns }: MatVariable) {
  const isByRow = leadsAcross(rows, columns) === 'rows';
  const leads = LEADS[isByRow ? rows : columns] ?? [];
  const at = (lead: number, sample: number): number => (isByRow ? sample * rows + lead : lead * rows + sample);
  return { leads, samples: isByRow ? columns : rows, at };
}

function rateOf(variables: readonly MatVariable[], file: string, options: EcgOptions): number {
  const own = variables.find(({ name, values }) => /^fs$/i.test(name) && values.length === 1)?.values[0];
  const rate = own ?? options.sampleRate_Hz;
  if (rate !== undefined) return rate;
  throw badInput(
    file,
    'no sampling rate; expected ecg.sampleRate_Hz in the study file, a variable fs, or a WFDB header of the same name beside it',
  );
}
