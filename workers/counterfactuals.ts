import type { CounterfactualScience } from '../activities/edge.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import type { Backend } from '../twin/backend.ts';
import { throwIfAborted } from '../twin/calibrate/calibrateLevel.ts';
import type { Twin } from '../twin/calibrate/twin.ts';
import { simulateReference } from '../twin/counterfactual/referenceFronts.ts';
import { swapPair } from '../twin/counterfactual/swapPair.ts';

/** Counterfactual twins on a compute backend, with the settings that a study calibrates by. */
export function openCounterfactuals(backend: Backend): CounterfactualScience {
  return {
    async reference({ anatomy, settings, signal }) {
      throwIfAborted(signal);
      const { conductivity, pmjs, layer_mm, seed } = settings;
      return simulateReference({ anatomy, backend, conductivity, pmjs, layer_mm, seed, conduction: settings });
    },
    async swap({ female, male, settings, times, signal }) {
      const { conductivity, layer_mm } = settings;
      const people = { female: personOf(female), male: personOf(male) };
      const how = { backend, conductivity, layer_mm, times, conduction: settings, signal };
      return (await swapPair({ ...people, ...how })).rows;
    },
  };
}

const personOf = ({ anatomy, twin: { parameters, repolarisation } }: { anatomy: Anatomy; twin: Twin }) => ({
  anatomy,
  function: { parameters, ...(repolarisation && { repolarisation: repolarisation.parameters }) },
});
