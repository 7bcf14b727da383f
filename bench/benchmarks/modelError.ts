import type { Benchmark, BenchRow } from '../benchmark.ts';
import { median } from '../clock.ts';
import { WORLDS } from '../modelError/worlds.ts';

const EDGE_mm = 3;

/** What stays right when the ECG was made by another model than the one that is fitted. */
export const modelError: Benchmark = {
  name: 'model-error',
  description: 'ECGs from hearts of other fibres, conductivities, scars and layers, calibrated by the standard model',
  async run({ backends, isQuick, run, tell }) {
    const rows: BenchRow[] = [];
    const backend = backends.at(-1) ?? 'wasm';
    const seeds = isQuick ? [1] : [1, 2, 3, 4, 5, 6];
    for (const { name: world, truthEdge_mm } of isQuick ? WORLDS.slice(0, 2) : WORLDS) {
      const { answer } = await run('modelError', { backend, world, edge_mm: EDGE_mm, seeds });
      const middle = (key: keyof (typeof answer)[number]) => median(answer.map((kept) => kept[key]));
      rows.push({
        world,
        truthEdge_mm,
        correlation: middle('correlation'),
        start_ms: middle('start_ms'),
        activation_ms: middle('activation_ms'),
        totalActivation_ms: middle('totalActivation_ms'),
        qrs_ms: middle('qrs_ms'),
        lvFibre: 100 * middle('lvFibre'),
        lvTransverse: 100 * middle('lvTransverse'),
      });
      tell(
        `${world}: correlation ${middle('correlation').toFixed(4)}, activation ${middle('start_ms').toFixed(1)} → ${middle('activation_ms').toFixed(1)} ms`,
      );
    }
    return [
      {
        name: 'model-error',
        title: 'Model error',
        caption: `Medians over ${seeds.length} truths of three laws of PMJ times, made by the reference backend with 5 µV of noise and calibrated by ${backend} on a ${EDGE_mm} mm mesh with the study's defaults. Activation: root mean square error over all nodes, at the start and after the fit. Durations: found minus true; velocities: found over planted. Monodomain and reaction–eikonal truths are not among them.`,
        columns: [
          { key: 'world', title: 'the heart that made the ECG' },
          { key: 'truthEdge_mm', title: 'its mesh, mm' },
          { key: 'correlation', title: 'correlation', digits: 4 },
          { key: 'start_ms', title: 'activation at start, ms', digits: 1 },
          { key: 'activation_ms', title: 'after fit, ms', digits: 1 },
          { key: 'totalActivation_ms', title: 'total activation, ms', digits: 1 },
          { key: 'qrs_ms', title: 'QRS, ms', digits: 1 },
          { key: 'lvFibre', title: 'LV along fibres, %', digits: 1 },
          { key: 'lvTransverse', title: 'LV across, %', digits: 1 },
        ],
        rows,
      },
    ];
  },
};
