import { decodeAnatomy, decodeBeat, decodeTwin } from '../activities/encoding/encode.ts';
import { artifactUri, type Store } from '../activities/stores/artifacts.ts';
import { COLUMN } from '../cohorts/analyses/columns.ts';
import { type ColumnTable, numbersOf, textOf } from '../cohorts/analyses/table.ts';
import type { TwinShown } from '../cohorts/report/reportInput.ts';
import { smallActivationPng } from '../twin/render/activationPng.ts';
import { fitChoices } from './subjectPagesAsked.ts';

/** The best, the middle and the worst fit of the cohort, on one scale of times. */
export async function twinsShown(table: ColumnTable, store: Store): Promise<TwinShown[]> {
  const found: (StoredTwin & { row: number; why: string })[] = [];
  for (const { row, why } of fitChoices(table)) {
    const twin = await readTwin(table, row, store);
    if (twin !== undefined) found.push({ ...twin, row, why });
  }
  const last = latestOf(found.map(({ twin }) => twin.activation_ms));
  return found.map(({ row, why, anatomy, beat, twin }) => ({
    subject: textOf(table, 'subject', row),
    caption: `${why} · ${describe(table, row)}`,
    interval_ms: beat.interval_ms,
    start_ms: -beat.qrsOnset_ms,
    simulated_mV: twin.ecg_mV,
    recorded_mV: beat.voltage_mV,
    activationPng: smallActivationPng(
      { ...anatomy, activation_ms: twin.activation_ms },
      { layout: 'page', range_ms: [0, last] },
    ),
  }));
}

/** A few words on a twin: who, how well it fits, what it was fitted to. */
function describe(table: ColumnTable, row: number): string {
  const number = (column: string, digits: number) => numbersOf(table, column)[row]?.toFixed(digits) ?? '';
  const sex = { female: 'woman', male: 'man' }[textOf(table, COLUMN.sex, row)] ?? 'sex unknown';
  return [
    sex,
    `correlation ${number(COLUMN.correlation, 4)}`,
    `QRS ${number(COLUMN.qrsRecorded, 0)} ms recorded, ${number(COLUMN.qrsSimulated, 0)} ms simulated`,
    `LV mass ${number(COLUMN.lvMass, 0)} g`,
  ].join(' · ');
}

/** The latest finite time of all maps, ms; 0 where there is none. */
export function latestOf(maps: readonly ArrayLike<number>[]): number {
  let latest = 0;
  for (const map of maps) {
    for (let node = 0; node < map.length; node++) {
      const time = map[node] ?? 0;
      if (Number.isFinite(time) && time > latest) latest = time;
    }
  }
  return latest;
}

/** A subject's artifacts, decoded. */
export interface StoredTwin {
  readonly anatomy: ReturnType<typeof decodeAnatomy>;
  readonly beat: ReturnType<typeof decodeBeat>;
  readonly twin: ReturnType<typeof decodeTwin>;
}

/** Undefined where the store no longer has the twin: the report then does without its picture. */
export async function readTwin(table: ColumnTable, row: number, store: Store): Promise<StoredTwin | undefined> {
  const read = async (column: string) => {
    const sha256 = textOf(table, column, row);
    if (sha256 === '') return undefined;
    return store.get({ uri: artifactUri(sha256, 'safetensors'), sha256, bytes: 0 }); // found by its hash alone
  };
  const [anatomy, beat, twin] = await Promise.all(['anatomySha256', 'beatSha256', 'twinSha256'].map(read));
  if (anatomy === undefined || beat === undefined || twin === undefined) return undefined;
  return {
    anatomy: decodeAnatomy(anatomy, 'anatomy'),
    beat: decodeBeat(beat, 'beat'),
    twin: decodeTwin(twin, 'twin'),
  };
}
