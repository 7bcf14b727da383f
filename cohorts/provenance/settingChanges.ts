import { canonicalJson } from '../canonicalJson.ts';
import type { Study } from '../study.ts';

/** A setting whose value is another one, by its path in the study file. */
export interface SettingChange {
  readonly path: string;
  /** JSON; null where it is not set */
  readonly before: string | null;
  readonly now: string | null;
}

/** Stages whose results settings shape. */
export type SettingsStage = 'beat' | 'anatomy' | 'calibrate';

/** Settings of a stage that differ between two studies, in the order of their paths: `calibration.maxIterations`, 60, 80. */
export function settingChanges(stage: SettingsStage, before: Study, now: Study): SettingChange[] {
  const [one, other] = [settingsOf(stage, before), settingsOf(stage, now)].map((settings) => new Map(leaves(settings)));
  const paths = [...new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])].sort();
  return paths
    .map((path) => ({ path, before: one?.get(path) ?? null, now: other?.get(path) ?? null }))
    .filter((change) => change.before !== change.now);
}

/** `calibration.maxIterations 60 → 80`. */
export const settingSentence = ({ path, before, now }: SettingChange): string =>
  `${path} ${before ?? 'not set'} → ${now ?? 'not set'}`;

/** What a study file says for a stage, under its own keys. */
function settingsOf(stage: SettingsStage, study: Study): unknown {
  switch (stage) {
    case 'beat':
      return { beat: study.beat, ecg: study.ecg };
    case 'anatomy':
      return { anatomy: study.anatomy, images: study.images, ...surroundings(study) };
    case 'calibrate': {
      const { seed, ...calibration } = study.calibration;
      return { calibration, seed };
    }
    default:
      return stage satisfies never;
  }
}

/** Conductivities shape an anatomy only where its body is solved; inside of muscle cells they are the calibration's. */
function surroundings({ torso, calibration }: Study): object {
  if (torso.model === 'homogeneous') return { torso: { model: torso.model } };
  const { torso_S_m: _, ...conductivity } = calibration.conductivity;
  return { torso, calibration: { conductivity } };
}

/** Values by path; a list is one value. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, canonicalJson(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
