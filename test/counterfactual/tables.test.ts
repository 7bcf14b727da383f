import test from 'ava';
import { FRONTS, frontColumn, REFERENCE_COLUMNS, SWAP_COLUMNS } from '../../cohorts/analyses/tablesBeside.ts';
import { referenceTable, type SwapEntry, swapsTable } from '../../cohorts/counterfactuals/tables.ts';
import { readParquet, writeParquet } from '../../cohorts/parquet.ts';
import { SEXES, type SwapRow } from '../../twin/counterfactual/swapPair.ts';

const features = {
  qrsDuration_ms: 88.5,
  totalActivationTime_ms: 97,
  qtInterval_ms: Number.NaN,
  qrsAmplitude_mV: 1.5,
  tAmplitude_mV: -0.2,
};
const beats = {
  lawFront: features,
  slowFront: { ...features, qrsDuration_ms: 120.5 },
};
const rows: SwapRow[] = SEXES.flatMap((heartShape) =>
  SEXES.flatMap((heartSize) =>
    SEXES.flatMap((heartPosition) =>
      SEXES.flatMap((torso) =>
        SEXES.map((owner) => ({ heartShape, heartSize, heartPosition, torso, function: owner, ...features })),
      ),
    ),
  ),
);
const pair = (name: string, of: SwapEntry['rows']): SwapEntry => ({
  pair: name,
  female: 'sub-1',
  male: 'sub-2',
  femaleTwin: 'aa',
  maleTwin: 'bb',
  rows: of,
});
const failure = { code: 'BadAnatomy', message: 'electrode V1: inside the muscle' };
const swaps = swapsTable([pair('pair-0002', failure), pair('pair-0001', rows)]);
const reference = referenceTable([
  { subject: 'sub-2', anatomy: 'aa', leadField: null, beats: failure },
  { subject: 'sub-1', anatomy: 'bb', leadField: 'body', beats },
]);

test('both tables begin with the columns that the analyses read, in their order', (t) => {
  const names = (table: typeof swaps) => table.columns.map(({ name }) => name);
  t.deepEqual(names(swaps).slice(0, SWAP_COLUMNS.length), [...SWAP_COLUMNS]);
  t.deepEqual(names(reference).slice(0, REFERENCE_COLUMNS.length), [...REFERENCE_COLUMNS]);
});

test('a pair that failed keeps its 32 rows, in the order of the others, without numbers and with the reason', (t) => {
  t.is(swaps.rows, 64);
  const column = (name: string) => [...(swaps.columns.find((candidate) => candidate.name === name)?.values ?? [])];
  t.deepEqual(column('pair'), [...Array(32).fill('pair-0001'), ...Array(32).fill('pair-0002')]);
  for (const factor of ['heartShape', 'heartSize', 'heartPosition', 'torso', 'function'])
    t.deepEqual(column(factor).slice(0, 32), column(factor).slice(32));
  t.true(column('qrsDuration_ms').slice(32).every(Number.isNaN));
  t.deepEqual(column('finding'), [...Array(32).fill(null), ...Array(32).fill(`BadAnatomy: ${failure.message}`)]);
});

test('units travel inside the Parquet file, what is missing is null, and the same rows in any order are the same bytes', (t) => {
  const table = readParquet(writeParquet(reference), 'reference.parquet');
  const field = table.schema.fields.find(({ name }) => name === 'qrsDuration_ms');
  t.is(field?.metadata.get('unit'), 'ms');
  t.deepEqual([...(table.getChild('subject') ?? [])], ['sub-1', 'sub-2']);
  t.deepEqual([...(table.getChild('qtInterval_ms') ?? [])], [null, null]);
  t.deepEqual([...(table.getChild('qrsDuration_ms') ?? [])], [88.5, null]);
  t.deepEqual(writeParquet(swapsTable([pair('pair-0001', rows), pair('pair-0002', failure)])), writeParquet(swaps));
});

test('each front of the reference has columns of its own, which say its speed', (t) => {
  const found = FRONTS.map((front) =>
    reference.columns.find(({ name }) => name === frontColumn(front, 'qrsDuration_ms')),
  );
  t.deepEqual(
    found.map((column) => [column?.name, column?.values[0]]),
    [
      ['qrsDuration_ms', 88.5],
      ['slowFrontQrsDuration_ms', 120.5],
    ],
  );
  t.deepEqual(
    found.map((column) => /front of (.*) mm\/ms/.exec(column?.description ?? '')?.[1]),
    ['1.55', '0.9'],
  );
});
