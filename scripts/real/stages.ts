import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibrate } from '../../activities/calibrate.ts';
import { measure } from '../../activities/measure.ts';
import { prepare } from '../../activities/prepare.ts';
import { putStudy } from '../../activities/records/study.ts';
import type { SubjectId } from '../../cohorts/row.ts';
import { DEFAULT_COUNTERFACTUALS, DEFAULT_PUBLISH, DEFAULT_REPORT, DEFAULT_SHEET } from '../../cohorts/study.ts';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import type { CalibrationCheckpoint } from '../../twin/calibrate/twin.ts';
import { DEFAULT_TORSO } from '../../twin/conductor/torsoModel.ts';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { DEFAULT_IMAGES } from '../../twin/images/labelImage.ts';
import { openEdge } from '../../workers/edge.ts';
import type { CheckResult } from './checkResult.ts';

const ITERATIONS = 4;

/** A recorded heart through its three stages: found the second time, and the same bytes when a calibration goes on from a checkpoint. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'twinfold-real-'));
  try {
    const whole = await openSubject(dataFolder, join(folder, 'whole'));
    const checkpoints: CalibrationCheckpoint[] = [];
    const first = await whole.build({ onProgress: (checkpoint) => checkpoints.push(checkpoint) });
    const again = await whole.build({});
    const resumed = await (await openSubject(dataFolder, join(folder, 'resumed'))).build({
      resumeFrom: checkpoints[1],
    });
    const seconds = `${first.seconds.toFixed(1)} s built, ${again.seconds.toFixed(3)} s found`;
    return [
      { name: 'dti004 is found when it is built again', passed: again.isFound && again.seconds < 1, detail: seconds },
      {
        name: 'dti004 resumed from a checkpoint is the same twin, byte for byte',
        passed: resumed.twin === first.twin && checkpoints.length > 2,
        detail: `twin ${first.twin.slice(0, 12)} and ${resumed.twin.slice(0, 12)}, ${checkpoints.length} checkpoints`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface BuildOptions {
  readonly onProgress?: (checkpoint: CalibrationCheckpoint) => void;
  readonly resumeFrom?: CalibrationCheckpoint | undefined;
}

async function openSubject(dataFolder: string, storeFolder: string) {
  const edge = await openEdge({ store: storeFolder, backend: 'reference', pool: 'cpu' });
  const study = {
    ...DEFAULT_SHEET,
    name: 'real',
    sheet: '',
    data: null,
    anatomy: DEFAULT_ANATOMY,
    images: DEFAULT_IMAGES,
    torso: DEFAULT_TORSO,
    beat: { ...DEFAULT_BEAT, gain: 'fit' as const },
    calibration: { ...DEFAULT_CALIBRATION, maxIterations: ITERATIONS },
    ecg: { unit: 'uV' as const, sampleRate_Hz: null, leads: {} },
    counterfactuals: DEFAULT_COUNTERFACTUALS,
    report: DEFAULT_REPORT,
    publish: DEFAULT_PUBLISH,
    seed: 1,
  };
  const row = {
    subject: 'dti004' as SubjectId,
    sex: null,
    age_y: null,
    height_cm: null,
    weight_kg: null,
    anatomy: 'dti004.pts',
    ecg: 'ecg_full_uV_1kHz.csv',
    electrodes: 'electrodes_mm.json',
    torso: null,
    covariates: {},
    findings: [],
  };
  const plan = {
    study,
    dataFolder: join(dataFolder, 'hearts', 'dti004'),
    outFolder: storeFolder,
    inputs: {},
    refused: [],
  };
  const { study: ref } = await putStudy(edge.store, plan, [row]);
  const place = { run: 'real', study: ref, page: 0, position: 0 };
  const build = async ({ onProgress, resumeFrom }: BuildOptions) => {
    const began_ms = performance.now();
    const prepared = await prepare(edge, place);
    const control = {
      signal: new AbortController().signal,
      resumeFrom,
      onProgress: ({ checkpoint }: { readonly checkpoint: CalibrationCheckpoint }) => onProgress?.(checkpoint),
    };
    const calibrated = await calibrate(edge, { place, prepared, start: 0 }, control);
    const measured = await measure(edge, { place, prepared, calibrated });
    const isFound = prepared.wasCached && calibrated.wasCached && measured.wasCached;
    return { isFound, twin: calibrated.twin.sha256, seconds: (performance.now() - began_ms) / 1000 };
  };
  return { build };
}
