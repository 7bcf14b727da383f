import type { Backend, HeartModel, OpenHeart, Solution } from '../twin/backend.ts';
import { VELOCITY_PARAMETERS } from '../twin/backend.ts';
import type { ActivationParameters } from '../twin/calibrate/twin.ts';
import { linearise } from '../twin/eikonal/linearisation.ts';
import { METRIC_STRIDE, tetMetric } from '../twin/eikonal/metric.ts';
import type { Wave } from '../twin/eikonal/solve.ts';
import { findTerritories, type Territories, territorySizes } from '../twin/eikonal/territories.ts';
import { TwinError } from '../twin/errors.ts';
import { tetCount } from '../twin/mesh/tetMesh.ts';
import { type Batcher, openBatcher } from './tfjs/batcher.ts';
import { upwindOf } from './tfjs/hostWave.ts';
import { openTensorRuntime, type TensorRuntime, type TensorRuntimeOptions } from './tfjs/runtime.ts';
import { closeSeedDerivatives, type SeededMember } from './tfjs/seedTables.ts';
import {
  closeTensorHeart,
  differentiateSeeds,
  downloadActivation,
  ecgOfWave,
  gradientOfWave,
  openTensorHeart,
  seedMember,
  solveMembers,
  type TensorHeart,
} from './tfjs/tensorHeart.ts';
import { upstrokeJacobian } from './tfjs/upstrokeJacobian.ts';
import { closeWave, type TensorWave } from './tfjs/wave.ts';

/**
 * TensorFlow.js: activation, ECG and gradient as tensor operations in float32, overlapping calls on a heart as one batch. Finding
 * PMJs and timing their seeds is the host's; so are Jacobian and territories, in float64 on the activation that the device solved.
 */
export async function openTfjsBackend(options: TensorRuntimeOptions = {}): Promise<Backend> {
  return tfjsBackend(await openTensorRuntime(options));
}

/** The same on a runtime that is already open. */
export const tfjsBackend = (runtime: TensorRuntime): Backend => ({
  name: runtime.name,
  runsOn: [
    `${runtime.name}: ${runtime.device}`,
    ...runtime.tried.map(({ name, reason }) => `${name} not taken: ${reason}`),
  ].join('; '),
  open: async (heart) => new TfjsHeart(runtime, heart),
});

interface GradientCall {
  readonly parameters: ActivationParameters;
  readonly ecgSensitivity: Float64Array;
}

class TfjsHeart implements OpenHeart {
  private isClosed = false;
  private readonly tensors: TensorHeart;
  private readonly solutions: Batcher<ActivationParameters, Solution>;
  private readonly gradients: Batcher<GradientCall, Float64Array>;
  private readonly waves: Batcher<ActivationParameters, { seeded: SeededMember; wave: Wave; metric: Float64Array }>;

  constructor(runtime: TensorRuntime, heart: HeartModel) {
    this.tensors = openTensorHeart(runtime, heart);
    this.solutions = openBatcher((calls) =>
      this.inSlices(
        calls,
        (parameters) => parameters,
        (wave, members) => this.readSolutions(wave, members),
      ),
    );
    this.gradients = openBatcher((calls) =>
      this.inSlices(
        calls,
        ({ parameters }) => parameters,
        (wave, members, slice) => this.readGradients(wave, members, slice),
      ),
    );
    this.waves = openBatcher((calls) =>
      this.inSlices(
        calls,
        (parameters) => parameters,
        (wave, members) => this.readWaves(wave, members),
      ),
    );
  }

  solve(parameters: ActivationParameters): Promise<Solution> {
    return this.solutions.add(copyOf(parameters));
  }

  gradient(parameters: ActivationParameters, ecgSensitivity: Float64Array): Promise<Float64Array> {
    return this.gradients.add({ parameters: copyOf(parameters), ecgSensitivity: ecgSensitivity.slice() });
  }

  async jacobian(parameters: ActivationParameters): Promise<Float32Array> {
    const { wave, territories } = await this.territoriesOf(parameters);
    return upstrokeJacobian(this.tensors.heart, wave.tau, territories, parameters.pmjTimes_ms.length);
  }

  async territories(parameters: ActivationParameters): Promise<Uint32Array> {
    const { territories } = await this.territoriesOf(parameters);
    return territorySizes(territories, parameters.pmjTimes_ms.length);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    closeTensorHeart(this.tensors);
  }

  private async territoriesOf(parameters: ActivationParameters): Promise<{ wave: Wave; territories: Territories }> {
    const { seeded, wave, metric } = await this.waves.add(copyOf(parameters));
    const linearisation = linearise(this.tensors.heart.mesh, metric, seeded.parameters, seeded.seeds, wave);
    return { wave, territories: findTerritories(linearisation) };
  }

  /** Solves calls in slices that fit the device, each of one number of PMJs, and reads an answer to each off its wave; refuses those that seed nowhere. */
  private async inSlices<Call, Answer>(
    calls: readonly Call[],
    parametersOf: (call: Call) => ActivationParameters,
    read: (wave: TensorWave, members: readonly SeededMember[], slice: readonly Call[]) => Promise<readonly Answer[]>,
  ): Promise<readonly (Answer | Error)[]> {
    if (this.isClosed) throw new Error('the heart was closed');
    const answers: (Answer | Error)[] = new Array(calls.length);
    const waiting: { readonly at: number; readonly member: SeededMember }[] = [];
    for (const [at, call] of calls.entries()) {
      try {
        waiting.push({ at, member: seedMember(this.tensors, parametersOf(call)) });
      } catch (error) {
        // A PMJ outside the muscle is that call's own failure; anything else is everybody's.
        if (!(error instanceof TwinError)) throw error;
        answers[at] = error;
      }
    }
    while (waiting.length > 0) {
      const pmjs = waiting[0].member.parameters.pmjTimes_ms.length;
      const others = waiting.findIndex(({ member }) => member.parameters.pmjTimes_ms.length !== pmjs);
      const slice = waiting.splice(0, Math.min(this.tensors.batch, others < 0 ? waiting.length : others));
      const members = slice.map(({ member }) => member);
      const wave = await solveMembers(this.tensors, members);
      try {
        const found = await read(
          wave,
          members,
          slice.map(({ at }) => calls[at]),
        );
        for (const [place, { at }] of slice.entries()) answers[at] = found[place];
      } finally {
        this.tensors.runtime.enter();
        closeWave(wave);
      }
    }
    return answers;
  }

  private async readSolutions(wave: TensorWave, members: readonly SeededMember[]): Promise<Solution[]> {
    const { runtime, ecg: window } = this.tensors;
    runtime.enter();
    const ecg = ecgOfWave(this.tensors, wave);
    const [voltages, activations] = [await ecg.data(), await downloadActivation(this.tensors, wave)];
    ecg.dispose();
    const size = window.samples * window.leads;
    return members.map(({ seeds }, member) => {
      const activation_ms = activations[member];
      // A seed that an earlier wave overtook starts nothing, so it is not told as a source.
      const nodes = seeds.nodes.filter((node, seed) => activation_ms[node] === Math.fround(seeds.times_ms[seed]));
      return {
        activation_ms,
        ecg_mV: Float64Array.from(voltages.subarray(member * size, (member + 1) * size)),
        sources: { nodes, times_ms: Float64Array.from(nodes, (node) => activation_ms[node]) },
      };
    });
  }

  private async readGradients(
    wave: TensorWave,
    members: readonly SeededMember[],
    calls: readonly GradientCall[],
  ): Promise<Float64Array[]> {
    const { runtime, ecg } = this.tensors;
    const { tf } = runtime;
    const seeds = await differentiateSeeds(this.tensors, wave, members);
    const batch = members.length;
    const size = ecg.samples * ecg.leads;
    const sensitivities = new Float32Array(batch * size);
    for (const [member, { ecgSensitivity }] of calls.entries()) sensitivities.set(ecgSensitivity, member * size);
    const table = tf.tidy(() => {
      const gradient = gradientOfWave(this.tensors, wave, seeds, tf.tensor2d(sensitivities, [batch, size]));
      return tf.concat([gradient.times, ...gradient.positions, gradient.velocities]);
    });
    closeSeedDerivatives(seeds);
    const rows = await table.data();
    table.dispose();
    const pmjs = members[0].parameters.pmjTimes_ms.length;
    return members.map((_, member) => {
      const out = new Float64Array(4 * pmjs + VELOCITY_PARAMETERS);
      for (let pmj = 0; pmj < pmjs; pmj++) {
        for (let part = 0; part < 4; part++) out[4 * pmj + part] = rows[(part * pmjs + pmj) * batch + member];
      }
      for (let part = 0; part < VELOCITY_PARAMETERS; part++) {
        out[4 * pmjs + part] = rows[(4 * pmjs + part) * batch + member];
      }
      return out;
    });
  }

  private async readWaves(wave: TensorWave, members: readonly SeededMember[]) {
    const { heart, nodeTets } = this.tensors;
    const activations = await downloadActivation(this.tensors, wave);
    return members.map((seeded, member) => {
      const metric = new Float64Array(METRIC_STRIDE * tetCount(heart.mesh));
      tetMetric(heart.mesh, seeded.parameters, metric);
      return { seeded, metric, wave: upwindOf(heart.mesh, nodeTets, metric, seeded.seeds, activations[member]) };
    });
  }
}

const copyOf = (parameters: ActivationParameters): ActivationParameters => ({
  ...parameters,
  pmjPositions: parameters.pmjPositions.slice(),
  pmjTimes_ms: parameters.pmjTimes_ms.slice(),
});
