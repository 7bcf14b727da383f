import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import type { EmulatorModel } from '../../cohorts/emulator/model.ts';
import { DEFAULT_EMULATOR, trainEmulator } from '../../cohorts/emulator/trainEmulator.ts';
import { toyDesign } from './toyDesign.ts';

const { box, ...design } = toyDesign();
const runtime = await openTensorRuntime({ order: ['tfjs-cpu'] });

/** The toy's design without its box. */
export { design };

/** An emulator of the toy. */
export const trainToy = (epochs: number): Promise<EmulatorModel> =>
  trainEmulator(runtime, {
    design,
    settings: {
      ...DEFAULT_EMULATOR,
      components: 2,
      training: { ...DEFAULT_EMULATOR.training, members: 3, width: 16, epochs },
    },
    cohort: 'a'.repeat(64),
    ranges: box.map(() => undefined),
    box,
    facts: {},
  });
