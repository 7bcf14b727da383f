import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putStudy, type StudyInput } from '../../activities/records/study.ts';
import type { Artifacts } from '../../activities/stores/artifacts.ts';
import type { SampleSheetRow, SubjectId } from '../../cohorts/row.ts';
import type { RefusedRow } from '../../cohorts/sampleSheet.ts';
import {
  DEFAULT_COUNTERFACTUALS,
  DEFAULT_PUBLISH,
  DEFAULT_REPORT,
  DEFAULT_SHEET,
  type Study,
} from '../../cohorts/study.ts';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { DEFAULT_P_WAVE } from '../../twin/atria/pWave.ts';
import { DEFAULT_TORSO } from '../../twin/conductor/torsoModel.ts';
import { DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { DEFAULT_IMAGES } from '../../twin/images/labelImage.ts';
import { DEFAULT_REPOLARISATION } from '../../twin/repolarisation/repolarisation.ts';
import type { FakeHeart } from './fakeEdge.ts';

export const FAKE_STUDY: Study = {
  ...DEFAULT_SHEET,
  name: 'fake',
  sheet: 'subjects.csv',
  data: null,
  anatomy: DEFAULT_ANATOMY,
  images: DEFAULT_IMAGES,
  torso: DEFAULT_TORSO,
  beat: DEFAULT_BEAT,
  calibration: {
    pmjs: 1,
    layer_mm: 2.5,
    seed: 1,
    maxIterations: 10,
    targetCorrelation: 0.99,
    coarseEdges_mm: [],
    velocitySpread: 0,
    ensembleMembers: 0,
    conductivity: { intracellularFibre_S_m: 0.5, intracellularTransverse_S_m: 0.2, torso_S_m: 0.2 },
    pWave: DEFAULT_P_WAVE,
    repolarisation: DEFAULT_REPOLARISATION,
  },
  ecg: { unit: null, sampleRate_Hz: null, leads: {} },
  counterfactuals: DEFAULT_COUNTERFACTUALS,
  report: DEFAULT_REPORT,
  publish: DEFAULT_PUBLISH,
  seed: 1,
};

const folders: string[] = [];
const removeFolders = (): void => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
};

/** A new folder of the test's own; it is removed when the test's process ends. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twinfold-test-'));
  if (folders.push(folder) === 1) process.once('exit', removeFolders);
  return folder;
}

/** Writes subjects as files and their study into a store. */
export async function writeFakeStudy(
  store: Artifacts,
  folder: string,
  hearts: readonly FakeHeart[],
  pageSize?: number,
  refused: readonly RefusedRow[] = [],
): Promise<StudyInput> {
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder, { recursive: true });
  const rows: SampleSheetRow[] = [];
  for (const [index, heart] of hearts.entries()) {
    const subject = `sub-${String(index).padStart(4, '0')}`;
    await writeFile(join(dataFolder, `${subject}.heart`), JSON.stringify(heart));
    await writeFile(join(dataFolder, `${subject}.ecg`), 'ecg');
    rows.push({
      subject: subject as SubjectId,
      sex: index % 2 === 0 ? 'female' : 'male',
      age_y: 50,
      height_cm: 170,
      weight_kg: null,
      anatomy: `${subject}.heart`,
      ecg: `${subject}.ecg`,
      electrodes: null,
      torso: null,
      covariates: { site: 'A' },
      findings: [],
    });
  }
  const plan = { study: FAKE_STUDY, dataFolder, outFolder: join(folder, 'out'), inputs: {}, refused };
  return putStudy(store, plan, rows, pageSize);
}
