import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { HeartModel } from '../../twin/backend.ts';
import { nodeCount } from '../../twin/mesh/tetMesh.ts';
import type { TensorRuntime } from './runtime.ts';
import type { TensorMesh } from './tensorMesh.ts';

/**
 * The ECG as the model has it, without bins: TensorFlow.js has no scatter that a mesh can be given to, and a product of matrices
 * is what it does best.
 *
 *     φ_l(t_k) = V0 Σ_n b_nl + A Σ_n b_nl (tanh(2 (t_k − τ_n)/ε) + 1),   A = (V1 − V0)/2
 */
export interface TensorEcg {
  readonly samples: number;
  readonly leads: number;
  /** b, [nodes, leads] */
  readonly leadVectors: Tensor2D;
  /** V0 Σ b over all nodes, and A Σ b over those inside, mV, [1, leads] */
  readonly constant: Tensor2D;
  /** t by slices of the window, ms, [1, samples of the slice] */
  readonly slices: readonly Tensor2D[];
  /** A, mV */
  readonly halfStep_mV: number;
  /** 2/ε, 1/ms */
  readonly rate: number;
}

export function openTensorEcg({ tf, elements }: TensorRuntime, mesh: TensorMesh, heart: HeartModel): TensorEcg {
  const { leads, window, actionPotential } = heart;
  const { rest_mV, peak_mV, riseTime_ms } = actionPotential;
  const halfStep_mV = (peak_mV - rest_mV) / 2;
  const leadVectors = new Float32Array(mesh.nodes * leads);
  const constant = new Float64Array(leads);
  for (let node = 0; node < nodeCount(heart.mesh); node++) {
    const place = mesh.inside[node];
    for (let lead = 0; lead < leads; lead++) {
      const b = heart.leadVectors[node * leads + lead];
      constant[lead] += (place >= 0 ? rest_mV + halfStep_mV : rest_mV) * b;
      if (place >= 0) leadVectors[place * leads + lead] = b;
    }
  }
  const width = Math.max(1, Math.min(window.samples, Math.floor(elements / mesh.nodes)));
  const slices: Tensor2D[] = [];
  for (let first = 0; first < window.samples; first += width) {
    const count = Math.min(width, window.samples - first);
    const times = Float32Array.from({ length: count }, (_, at) => window.start_ms + (first + at) * window.interval_ms);
    slices.push(tf.tensor2d(times, [1, count]));
  }
  return {
    samples: window.samples,
    leads,
    leadVectors: tf.tensor2d(leadVectors, [mesh.nodes, leads]),
    constant: tf.tensor2d(Float32Array.from(constant), [1, leads]),
    slices,
    halfStep_mV,
    rate: 2 / riseTime_ms,
  };
}

export function closeTensorEcg({ leadVectors, constant, slices }: TensorEcg): void {
  leadVectors.dispose();
  constant.dispose();
  for (const slice of slices) slice.dispose();
}

/**
 * ECGs of a batch. One member after the other: products of one shape add in one order, so a member's ECG is the same in any batch.
 *
 * @param tau  ms, [nodes, members]
 * @returns mV, [members, samples · leads]
 */
export function tensorEcg({ tf }: TensorRuntime, ecg: TensorEcg, tau: Tensor2D): Tensor2D {
  return tf.tidy(() =>
    tf.stack(
      columns(tf, tau).map((ofMember) =>
        tf.tidy(() => {
          const parts = ecg.slices.map((times) =>
            tf.tidy(() => {
              const phase = tf.tanh(tf.mul(tf.sub(times, ofMember), ecg.rate)) as Tensor2D;
              return tf.add(tf.mul(tf.matMul(phase, ecg.leadVectors, true, false), ecg.halfStep_mV), ecg.constant);
            }),
          );
          return tf.reshape(tf.concat(parts), [ecg.samples * ecg.leads]);
        }),
      ),
    ),
  ) as Tensor2D;
}

/**
 * ∂loss/∂τ from ∂loss/∂φ, the derivative of that very sum.
 *
 * @param sensitivity  loss/mV, [members, samples · leads]
 * @returns loss/ms, [nodes, members]
 */
export function pullBackTensorEcg(
  { tf }: TensorRuntime,
  ecg: TensorEcg,
  tau: Tensor2D,
  sensitivity: Tensor2D,
): Tensor2D {
  return tf.tidy(() => {
    const ofMembers = columns(tf, tau).map((ofMember, member) =>
      tf.tidy(() => {
        const rows = tf.reshape(tf.slice(sensitivity, [member, 0], [1, ecg.samples * ecg.leads]), [
          ecg.samples,
          ecg.leads,
        ]) as Tensor2D;
        let first = 0;
        const parts: Tensor[] = ecg.slices.map((times) => {
          const count = times.shape[1];
          const part = tf.tidy(() => {
            const phase = tf.tanh(tf.mul(tf.sub(times, ofMember), ecg.rate));
            const felt = tf.matMul(ecg.leadVectors, tf.slice(rows, [first, 0], [count, ecg.leads]), false, true);
            return tf.sum(tf.mul(felt, tf.sub(1, tf.square(phase))), 1);
          });
          first += count;
          return part;
        });
        return tf.mul(
          parts.reduce((sum, part) => tf.add(sum, part)),
          -ecg.halfStep_mV * ecg.rate,
        ) as Tensor1D;
      }),
    );
    return tf.stack(ofMembers, 1) as Tensor2D;
  });
}

/** Columns of a batch, each [nodes, 1]. */
function columns(tf: TensorRuntime['tf'], batch: Tensor2D): Tensor2D[] {
  const [nodes, members] = batch.shape;
  return Array.from({ length: members }, (_, member) => tf.slice(batch, [0, member], [nodes, 1]));
}
