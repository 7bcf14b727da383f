import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { coarserHearts } from '../../twin/anatomy/coarsen.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { calibrate, DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { type Beat, DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import { readEcg, readMesh } from '../../twin/formats/index.ts';
import { fitRepolarisation } from '../../twin/repolarisation/fitRepolarisation.ts';
import type { CheckResult } from './checkResult.ts';

/** T waves of recordings: their bounds beside those that people set, and a recorded one fitted. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  return [tBounds(dataFolder), await fitRecordedT(join(dataFolder, 'hearts', 'dti004'))];
}

/** Cardiologists' T end in the median lead of this record, from the median lead's QRS onset, mean of its beats, ms. A tangent ends earlier. */
const LUDB_1_QT_ms = 482;

function tBounds(dataFolder: string): CheckResult {
  const { qrst, qrsOnset_ms } = beatOf(join(dataFolder, 'ecg', 'ludb_1'), '1.hea');
  const qt_ms = qrst === undefined ? Number.NaN : qrst.tEnd_ms - qrsOnset_ms;
  return {
    name: `ludb_1: a QT interval 10 to 50 ms shorter than the cardiologists’ ${LUDB_1_QT_ms} ms`,
    passed: qt_ms > LUDB_1_QT_ms - 50 && qt_ms < LUDB_1_QT_ms - 10,
    detail: `${qt_ms.toFixed(0)} ms`,
  };
}

async function fitRecordedT(folder: string): Promise<CheckResult> {
  const beside = (name: string) => readFileSync(join(folder, name));
  const electrodes = 'electrodes_mm.json';
  const anatomy = prepareAnatomy({
    raw: readMesh('dti004.pts', beside('dti004.pts'), beside),
    name: 'dti004.pts',
    electrodes: readElectrodes(beside(electrodes), electrodes),
    body: undefined,
    settings: DEFAULT_ANATOMY,
  });
  const beat = beatOf(folder, 'ecg_full_uV_1kHz.csv');
  const settings = DEFAULT_CALIBRATION;
  const coarser = coarserHearts(anatomy, settings.coarseEdges_mm);
  const twin = await calibrate({ anatomy, beat, settings, backend: referenceBackend, coarser });
  const began = process.cpuUsage();
  const { conductivity, repolarisation } = settings;
  const found = fitRepolarisation({ anatomy, beat, twin, settings: repolarisation, conductivity });
  const seconds = process.cpuUsage(began).user / 1e6;
  const { ari_ms = Number.NaN, coupling = Number.NaN } = found?.parameters ?? {};
  return {
    name: 'dti004: its recorded T wave is fitted with a correlation of at least 0.85, its mean interval to recovery 200–280 ms',
    passed: (found?.fit.correlation ?? 0) >= 0.85 && ari_ms > 200 && ari_ms < 280,
    detail: `${found?.fit.correlation.toFixed(3)}, RMSE ${found?.fit.rmse_mV.toFixed(3)} mV, mean ARI ${ari_ms.toFixed(0)} ms, coupling ${coupling.toFixed(2)}, ${seconds.toFixed(2)} s of CPU`,
  };
}

function beatOf(folder: string, file: string): Beat {
  const recording = readEcg(file, readFileSync(join(folder, file)), (name) => readFileSync(join(folder, name)));
  return prepareBeat(recording, { ...DEFAULT_BEAT, gain: 'fit' });
}
