import type { Science } from '../activities/edge.ts';
import type { InputFile } from '../activities/sources/inputFile.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import { coarserHearts } from '../twin/anatomy/coarsen.ts';
import { readElectrodes } from '../twin/anatomy/electrodes.ts';
import { prepareAnatomy } from '../twin/anatomy/prepareAnatomy.ts';
import { fitPWave } from '../twin/atria/fitPWave.ts';
import type { Backend } from '../twin/backend.ts';
import { calibrate } from '../twin/calibrate/calibrate.ts';
import type { CalibrationProgress, CalibrationSettings, Twin } from '../twin/calibrate/twin.ts';
import { readTorso } from '../twin/conductor/readTorso.ts';
import type { Beat } from '../twin/ecg/beat.ts';
import { leadVectorsOf } from '../twin/ecg/leadField.ts';
import { prepareBeat } from '../twin/ecg/prepareBeat.ts';
import { ensembleOfTwin } from '../twin/ensemble/summary.ts';
import { TwinError } from '../twin/errors.ts';
import { readEcg } from '../twin/formats/index.ts';
import { readHeart } from '../twin/images/readHeart.ts';
import { measure } from '../twin/metrics/index.ts';
import { fitRepolarisation } from '../twin/repolarisation/fitRepolarisation.ts';
import { openCounterfactuals } from './counterfactuals.ts';
import { packageVersion } from './packageVersion.ts';

/**
 * Raised when a stage gives other bytes for the same inputs: what older versions made is then made anew, and a run's manifest names them.
 */
const VERSIONS = { anatomy: '4', beat: '4', calibrate: '5', measure: '4' } as const;

/** Backends agree to rounding and not to the bit, so that each makes twins of its own. */
export const stageVersions = (backend: string): Science['versions'] => ({
  ...VERSIONS,
  calibrate: `${VERSIONS.calibrate}+${backend}`,
});

/** The science of one heart on a compute backend. */
export function openScience(backend: Backend): Science {
  return {
    program: `twinfold/${packageVersion()}`,
    backend: backend.name,
    ...(backend.runsOn === undefined ? {} : { device: backend.runsOn }),
    versions: stageVersions(backend.name),
    async prepareBeat({ ecg, settings }) {
      const { unit, sampleRate_Hz, leads } = settings.ecg;
      const options = { voltageUnit: unit ?? undefined, sampleRate_Hz: sampleRate_Hz ?? undefined, leads };
      const recording = readEcg(...readable(ecg), options);
      return inFile(ecg, () => prepareBeat(recording, settings.beat));
    },
    async prepareAnatomy({ anatomy, electrodes, torso, body, settings, isSolved = true }) {
      const { images, anatomy: meshes } = settings;
      const { conductor } = settings;
      // The heart last: a label map is meshed while it is read, which is not begun again for a surface that has to be fetched.
      const given = electrodes === null ? undefined : readElectrodes(electrodes.bytes, electrodes.name);
      const own = torso === null || conductor === null ? undefined : readTorso(...readable(torso));
      const heart = readHeart(...readable(anatomy), { images, repair: meshes.repair });
      return inFile(anatomy, () =>
        prepareAnatomy({
          ...heart,
          name: anatomy.name,
          electrodes: given,
          body: body ?? undefined,
          settings: meshes,
          ...(conductor === null ? {} : { conductor: { conductivity: conductor, torso: own, isSolved } }),
        }),
      );
    },
    async calibrate({ anatomy, beat, settings, resumeFrom, onProgress, signal }) {
      const coarser = coarserHearts(anatomy, settings.coarseEdges_mm);
      let latest: CalibrationProgress | undefined;
      const calibrated = await calibrate({
        anatomy,
        beat,
        settings,
        backend,
        coarser,
        async onProgress(progress) {
          latest = progress;
          await onProgress?.(progress);
        },
        signal,
        ...(resumeFrom === undefined ? {} : { resumeFrom }),
      });
      const { conductivity, repolarisation: priors } = settings;
      const repolarisation = fitRepolarisation({ anatomy, beat, twin: calibrated, settings: priors, conductivity });
      const pWave = pWaveOf(anatomy, beat, calibrated, settings);
      const twin = { ...calibrated, ...(repolarisation && { repolarisation }), ...(pWave && { pWave }) };
      if (settings.ensembleMembers === 0) return twin;
      // The ensemble has no checkpoint: the calibration's last one is told again after every member, so that a stop is heard.
      const tellAgain = async () => {
        if (latest !== undefined) await onProgress?.(latest);
      };
      const ensemble = await ensembleOfTwin({
        anatomy,
        beat,
        settings,
        backend,
        coarser,
        onProgress: tellAgain,
        signal,
      });
      return { ...twin, ensemble };
    },
    measure,
    counterfactuals: openCounterfactuals(backend),
  };
}

/** The P wave of a heart whose files show its atria. */
function pWaveOf({ atria, electrodes }: Anatomy, beat: Beat, { gain }: Twin, settings: CalibrationSettings) {
  if (atria === undefined) return undefined;
  const leadVectors = leadVectorsOf(atria, electrodes, settings.conductivity);
  return fitPWave({ atria, beat, leadVectors, gain, settings: settings.pWave });
}

const readable = ({ name, bytes, beside }: InputFile) => [name, bytes, beside] as const;

/** What was read no longer knows its file; its errors shall name it all the same. */
function inFile<T>({ name }: InputFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TwinError) || error.message.startsWith(`${name}: `)) throw error;
    throw new TwinError(error.code, `${name}: ${error.message}`, error.details);
  }
}
