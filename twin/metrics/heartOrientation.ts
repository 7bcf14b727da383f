import { type HeartInTorso, heartInTorso } from '../conductor/torsoHeartPose.ts';
import type { Metric } from './metric.ts';

const SOURCE = 'docs/metrics.md#heart-in-the-torso';

/** Columns by what `heartInTorso` says. */
const COLUMNS = {
  leftward: [
    'heartLeftward',
    '1',
    'Place of the heart’s centre between the right side of the body (−1) and the left (1).',
  ],
  backward: ['heartBackward', '1', 'Place of the heart’s centre between the front of the body (−1) and the back (1).'],
  breadth_mm: ['chestBreadth_mm', 'mm', 'Breadth of the body at the height of the heart’s centre.'],
  depth_mm: ['chestDepth_mm', 'mm', 'Depth of the body at the height of the heart’s centre.'],
  azimuth_deg: [
    'heartAzimuth_deg',
    'deg',
    'Direction from base to apex in the horizontal plane: 0 to the left, 90 to the front.',
  ],
  elevation_deg: [
    'heartElevation_deg',
    'deg',
    'Direction from base to apex over the horizontal plane; negative to the feet.',
  ],
  roll_deg: [
    'heartRoll_deg',
    'deg',
    'Turn about the long axis: 0 is an RV on the right of the LV, 90 one in front of it.',
  ],
} as const satisfies Partial<Record<keyof HeartInTorso, readonly [name: string, unit: string, description: string]>>;
const KEYS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** Where and how the heart lies in the body, where a body is around it. */
export const heartOrientation: Metric = {
  columns: KEYS.map((key) => {
    const [name, unit, description] = COLUMNS[key];
    return { name, unit, description, source: SOURCE };
  }),
  measure({ anatomy }) {
    const { torso } = anatomy;
    const found = torso && heartInTorso(anatomy, torso);
    return Object.fromEntries(KEYS.map((key) => [COLUMNS[key][0], found?.[key] ?? Number.NaN]));
  },
};
