import { setTimeout as sleep } from 'node:timers/promises';
import type { Science } from '../../activities/edge.ts';
import { fakeAnatomy, fakeBeat, fakeCheckpoint, fakeTwin } from '../../test/helpers/fakeEdge.ts';
import { TwinError } from '../../twin/errors.ts';

/** What a subject's heart file says of how its work goes. */
export interface PlantedHeart {
  readonly value: number;
  readonly iterations: number;
  /** Time of each iteration, ms */
  readonly pause_ms: number;
  /** Refused while it is prepared, or by every second seed of the calibration */
  readonly fail?: 'BadInput' | 'BadAnatomy' | 'NoConvergence';
}

/** Science that does what a subject's file says: iterations with checkpoints, refusals, numbers that tell whether one was lost. */
export function plantedScience(real: Science): Science {
  return {
    ...real,
    prepareBeat: async ({ ecg }) => {
      if (ecg.bytes.length === 0) throw new TwinError('BadEcg', `${ecg.name}: is empty`);
      return fakeBeat(ecg.bytes.length);
    },
    async prepareAnatomy({ anatomy }) {
      const heart = JSON.parse(new TextDecoder().decode(anatomy.bytes)) as PlantedHeart;
      if (heart.fail === 'BadInput' || heart.fail === 'BadAnatomy') {
        throw new TwinError(heart.fail, `${anatomy.name}: refused on purpose`);
      }
      anatomy.beside('beside.txt');
      await sleep(heart.pause_ms);
      return fakeAnatomy(heart);
    },
    async calibrate({ anatomy, settings, resumeFrom, onProgress, signal }) {
      const [value = 0, iterations = 1, pause_ms = 0, isRestless = 0] = anatomy.endocardialDistance;
      if (isRestless === 1 && settings.seed % 2 === 1) throw new TwinError('NoConvergence', 'another seed helps');
      let sum = resumeFrom?.gain ?? 0;
      for (let iteration = resumeFrom?.iteration ?? 0; iteration < iterations; iteration++) {
        signal.throwIfAborted();
        await sleep(pause_ms);
        sum += value * (iteration + 1);
        const checkpoint = fakeCheckpoint(iteration + 1, sum);
        await onProgress({ iteration, maxIterations: iterations, correlation: 0.5, checkpoint });
      }
      return fakeTwin(sum, settings.seed);
    },
    measure: ({ anatomy, twin }) => ({
      lvMass_g: anatomy.endocardialDistance[0] ?? Number.NaN,
      totalActivationTime_ms: twin.gain,
    }),
  };
}
