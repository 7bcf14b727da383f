import type { Anatomy } from '../../twin/anatomy/anatomy.ts';
import type { Twin } from '../../twin/calibrate/twin.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { openSegments } from '../../twin/metrics/lvSegments.ts';
import { nodeVolumes } from '../../twin/metrics/ventricles.ts';
import type { DerivedColumn } from './derivedColumns.ts';

/** When the muscle of one segment is activated and recovers. Times in ms after QRS onset. */
export interface ActivationRow {
  readonly subject: string;
  readonly ventricle: 'lv' | 'rv';
  readonly segment: number;
  readonly name: string;
  readonly volume_mL: number;
  readonly activation: SegmentTimes;
  /** Null where no T wave was fitted */
  readonly repolarisation: SegmentTimes | null;
}

/** Times of a segment's muscle, weighed by its volume; NaN where a part of it was never reached. */
export interface SegmentTimes {
  readonly mean_ms: number;
  readonly first_ms: number;
  readonly last_ms: number;
  /** Time until which 0, 10, … 100 % of the muscle are reached, [11] */
  readonly deciles_ms: Float32Array;
}

/** Names of the LV's 17 segments (Cerqueira et al., Circulation 2002), the first is 1; and of the RV's thirds from base to apex. */
const NAMES = {
  lv: [
    ...['anterior', 'anteroseptal', 'inferoseptal', 'inferior', 'inferolateral', 'anterolateral'].map(
      (wall) => `basal ${wall}`,
    ),
    ...['anterior', 'anteroseptal', 'inferoseptal', 'inferior', 'inferolateral', 'anterolateral'].map(
      (wall) => `middle ${wall}`,
    ),
    ...['anterior', 'septal', 'inferior', 'lateral'].map((wall) => `apical ${wall}`),
    'apex',
  ],
  rv: ['basal', 'middle', 'apical'],
} as const;

const times = (name: 'activation' | 'repolarisation', what: string): readonly DerivedColumn<ActivationRow>[] => {
  const read = (key: 'mean_ms' | 'first_ms' | 'last_ms') => (row: ActivationRow) => row[name]?.[key] ?? Number.NaN;
  const column = (suffix: string, description: string, key: 'mean_ms' | 'first_ms' | 'last_ms') =>
    ({ name: `${name}${suffix}_ms`, unit: 'ms', description, type: 'number', read: read(key) }) as const;
  return [
    column('', `Mean time of ${what} over the segment's muscle, after QRS onset.`, 'mean_ms'),
    column('First', `Earliest ${what} in the segment.`, 'first_ms'),
    column('Last', `Latest ${what} in the segment.`, 'last_ms'),
    {
      name: `${name}Deciles_ms`,
      unit: 'ms',
      description: `Times until which 0, 10, … 100 % of the segment's muscle reach their ${what}.`,
      type: 'numberList',
      read: (row) => row[name]?.deciles_ms ?? null,
    },
  ];
};

export const ACTIVATION_COLUMNS: readonly DerivedColumn<ActivationRow>[] = [
  { name: 'subject', unit: null, description: 'The subject.', type: 'text', read: ({ subject }) => subject },
  {
    name: 'ventricle',
    unit: null,
    description: 'lv, septum included, or rv.',
    type: 'text',
    read: (row) => row.ventricle,
  },
  {
    name: 'segment',
    unit: '1',
    description: 'LV: 1 to 17 as the American Heart Association has them; RV: 1 basal, 2 middle, 3 apical third.',
    type: 'integer',
    read: ({ segment }) => segment,
  },
  { name: 'name', unit: null, description: 'The segment in words.', type: 'text', read: ({ name }) => name },
  { name: 'volume_mL', unit: 'mL', description: "The segment's muscle.", type: 'number', read: (row) => row.volume_mL },
  ...times('activation', 'activation'),
  ...times('repolarisation', 'repolarisation'),
];

const MM3_PER_ML = 1000;
const DECILES = 11;

/** Activation and repolarisation of a subject by segment; segments without muscle have no row. */
export function activationRows(subject: string, anatomy: Anatomy, twin: Twin): ActivationRow[] {
  const segmentOf = openSegments(anatomy);
  const apicobasal = anatomy.consistent?.apicobasal ?? anatomy.coordinates.apicobasal;
  const rvSegmentOf = (node: number) => Math.min(3, Math.max(1, 3 - Math.floor(3 * (apicobasal[node] ?? 0))));
  const repolarisation_ms = twin.repolarisation?.repolarisation_ms;
  return (['lv', 'rv'] as const).flatMap((ventricle) => {
    const volumes = nodeVolumes(anatomy, REGION[ventricle]);
    const nodes = nodesBySegment(volumes, ventricle === 'lv' ? segmentOf : rvSegmentOf, NAMES[ventricle].length);
    return NAMES[ventricle].flatMap((name, at): ActivationRow[] => {
      const some = nodes[at] ?? [];
      if (some.length === 0) return [];
      const volume_mL = some.reduce((sum, node) => sum + (volumes[node] ?? 0), 0) / MM3_PER_ML;
      return [
        {
          subject,
          ventricle,
          segment: at + 1,
          name,
          volume_mL,
          activation: timesOf(some, twin.activation_ms, volumes),
          repolarisation: repolarisation_ms === undefined ? null : timesOf(some, repolarisation_ms, volumes),
        },
      ];
    });
  });
}

function nodesBySegment(volumes: Float64Array, segmentOf: (node: number) => number, segments: number): number[][] {
  const nodes = Array.from({ length: segments }, (): number[] => []);
  for (let node = 0; node < volumes.length; node++) {
    if ((volumes[node] ?? 0) > 0) nodes[segmentOf(node) - 1]?.push(node);
  }
  return nodes;
}

function timesOf(nodes: readonly number[], times_ms: Float64Array, volumes: Float64Array): SegmentTimes {
  const timeOf = (node: number) => times_ms[node] ?? Number.NaN;
  const none = { mean_ms: Number.NaN, first_ms: Number.NaN, last_ms: Number.NaN };
  const deciles_ms = new Float32Array(DECILES).fill(Number.NaN);
  if (!nodes.every((node) => Number.isFinite(timeOf(node)))) return { ...none, deciles_ms };
  const sorted = [...nodes].sort((one, other) => timeOf(one) - timeOf(other) || one - other);
  let volume = 0;
  let moment = 0;
  for (const node of sorted) {
    volume += volumes[node] ?? 0;
    moment += (volumes[node] ?? 0) * timeOf(node);
  }
  let reached = 0;
  let decile = 0;
  for (const node of sorted) {
    reached += volumes[node] ?? 0;
    // The last sum may fall short of the volume by rounding.
    while (decile < DECILES - 1 && reached >= (decile / (DECILES - 1)) * volume) deciles_ms[decile++] = timeOf(node);
  }
  const last_ms = timeOf(sorted.at(-1) ?? 0);
  deciles_ms.fill(last_ms, decile);
  return { mean_ms: moment / volume, first_ms: timeOf(sorted[0] ?? 0), last_ms, deciles_ms };
}
