import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Edge, Science } from '../../activities/edge.ts';
import type { Store } from '../../activities/stores/artifacts.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import { hashFile } from '../../cohorts/publishedFile.ts';
import type { SubjectRow } from '../../cohorts/row.ts';
import type { Anatomy, Electrodes, Point } from '../../twin/anatomy/anatomy.ts';
import { ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import type { CalibrationCheckpoint, Twin } from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { TwinError } from '../../twin/errors.ts';

/**
 * Science that is told what to do by the subject's own file: `{"value": 3, "iterations": 5, "pause_ms": 20, "fail": "BadAnatomy"}`. Everything
 * around it (files, store, threads, processes, server) is real.
 */
export interface FakeHeart {
  readonly value: number;
  readonly iterations?: number;
  readonly pause_ms?: number;
  /** Code of the error that preparing throws; `once-lost` makes calibration fail until another seed comes */
  readonly fail?: 'BadInput' | 'BadAnatomy' | 'BadEcg' | 'NoConvergence' | 'OutOfMemory' | 'crash';
}

/** Called at each turn of a fake calibration. */
export type OnTurn = (value: number, iteration: number) => void;

export function fakeScience(onTurn: OnTurn = () => undefined): Science {
  return {
    program: 'twinfold/fake',
    backend: 'fake',
    versions: { anatomy: 'fake-1', beat: 'fake-1', calibrate: 'fake-1', measure: 'fake-1' },
    prepareBeat: async ({ ecg }) => fakeBeat(ecg.bytes.length),
    async prepareAnatomy({ anatomy }) {
      const heart = readHeart(anatomy.bytes);
      if (heart.fail === 'crash') throw new Error('a fault of the program');
      if (heart.fail !== undefined && heart.fail !== 'NoConvergence') {
        throw new TwinError(heart.fail, `${anatomy.name}: broken on purpose`, { value: heart.value });
      }
      anatomy.beside('notes.txt');
      return fakeAnatomy(heart);
    },
    async calibrate({ anatomy, settings, resumeFrom, onProgress, signal }) {
      const [value = 0, iterations = 1, pause_ms = 0, isRestless = 0] = anatomy.endocardialDistance;
      if (isRestless === 1 && settings.seed % 2 === 1) throw new TwinError('NoConvergence', 'another seed may help');
      let sum = resumeFrom?.gain ?? 0;
      for (let iteration = resumeFrom?.iteration ?? 0; iteration < iterations; iteration++) {
        signal.throwIfAborted();
        onTurn(value, iteration);
        if (pause_ms > 0) await new Promise((resolve) => setTimeout(resolve, pause_ms));
        sum += value * (iteration + 1);
        const checkpoint = fakeCheckpoint(iteration + 1, sum);
        onProgress({ iteration, maxIterations: iterations, correlation: 0.5, checkpoint });
      }
      return fakeTwin(sum, settings.seed);
    },
    measure: ({ anatomy, twin }) => ({
      value: anatomy.endocardialDistance[0] ?? Number.NaN,
      sum_ms: twin.gain,
      none: NaN,
    }),
    counterfactuals: {
      async reference({ anatomy }) {
        const value = anatomy.endocardialDistance[0] ?? 0;
        return { lawFront: fakeFeatures(value), slowFront: fakeFeatures(value + 30) };
      },
      async swap({ female, male }) {
        const value = { female: female.twin.gain, male: male.twin.gain };
        if (value.male === value.female)
          throw new TwinError('BadAnatomy', 'two hearts of one value cannot be exchanged');
        const both = ['female', 'male'] as const;
        return Array.from({ length: 32 }, (_, way) => {
          const [heartShape, heartSize, heartPosition, torso, owner] = [16, 8, 4, 2, 1].map(
            (bit) => both[way & bit ? 1 : 0] ?? 'female',
          ) as ['female', 'female', 'female', 'female', 'female'];
          const whose = { heartShape, heartSize, heartPosition, torso, function: owner };
          return { ...whose, ...fakeFeatures(value[heartShape] + 0.1 * value[owner]) };
        });
      },
    },
  };
}

const fakeFeatures = (value: number) => ({
  qrsDuration_ms: 80 + value,
  totalActivationTime_ms: 90 + value,
  qtInterval_ms: Number.NaN,
  qrsAmplitude_mV: 1,
  tAmplitude_mV: 0.2,
});

/** A cohort table of plain text, and the lines that every fake calibration writes beside the store. */
export function fakeEdge(store: Store, onTurn?: OnTurn): Edge {
  return {
    store,
    science: fakeScience(onTurn),
    async publish({ parts, scratch, take }) {
      const rows: SubjectRow[] = [];
      for await (const part of parts) rows.push(...part.rows);
      rows.sort((one, other) => (one.subject < other.subject ? -1 : 1));
      const localFile = join(scratch, 'cohort.jsonl');
      writeFileSync(localFile, rows.map((row) => `${canonicalJson(row)}\n`).join(''));
      await take({ name: 'cohort.jsonl', ...(await hashFile(localFile)), localFile });
      const quarantined = rows.filter(({ status }) => status === 'quarantined').length;
      return { subjects: rows.length, done: rows.length - quarantined, quarantined };
    },
  };
}

/** For worker processes: turns are written to `turns.txt` beside the store. */
export async function openEdge({ store }: { readonly store: string }): Promise<Edge> {
  const turns = join(store, 'turns.txt');
  return fakeEdge(openFolderStore(store), (value, iteration) => appendFileSync(turns, `${value} ${iteration}\n`));
}

const readHeart = (bytes: Uint8Array): FakeHeart => JSON.parse(new TextDecoder().decode(bytes)) as FakeHeart;

export const fakeCheckpoint = (iteration: number, gain: number): CalibrationCheckpoint => ({
  level: 0,
  iteration,
  damping: 0.1,
  gain,
  pmjPositions: [1, 2, 3],
  pmjTimes_ms: [0.5],
  velocities_mm_ms: [0.6, 0.2, 0.6, 0.2],
});

export function fakeAnatomy({ value, iterations = 1, pause_ms = 0, fail }: FakeHeart): Anatomy {
  const place: Point = [1, 2, 3];
  return {
    mesh: {
      points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
      tets: Uint32Array.of(0, 1, 2, 3),
      regions: Uint8Array.of(1),
      fibres: Float64Array.of(1, 0, 0),
    },
    surfaces: {
      lvEndo: Uint32Array.of(0, 2, 1),
      rvEndo: Uint32Array.of(0, 1, 3),
      epi: Uint32Array.of(1, 2, 3),
      base: new Uint32Array(0),
    },
    coordinates: {
      apicobasal: Float64Array.of(0, 0.5, 1, NaN),
      transmural: new Float64Array(4),
      rotational: Float64Array.of(-0, Math.PI, 1e-300, -1),
      transventricular: new Float64Array(4),
    },
    endocardialDistance: Float64Array.of(value, iterations, pause_ms, fail === 'NoConvergence' ? 1 : 0),
    electrodes: Object.fromEntries(ELECTRODES.map((name) => [name, place])) as Electrodes,
    findings: [{ code: 'fake-heart', severity: 'warning', message: 'one tetrahedron', count: 1 }],
    origin: { fibres: 'file', regions: 'geometry', electrodes: 'torso-model' },
  };
}

export const fakeBeat = (length: number): Beat => ({
  interval_ms: 2,
  voltage_mV: Float64Array.from({ length: 16 }, (_, index) => index / length),
  qrsOnset_ms: 10,
  qrsOffset_ms: 90.5,
  isCalibrated: true,
  findings: [],
});

export const fakeTwin = (gain: number, seed: number): Twin => ({
  parameters: {
    pmjPositions: Float64Array.of(1, 2, 3),
    pmjTimes_ms: Float64Array.of(0.5),
    lv: { fibre_mm_ms: 0.61, transverse_mm_ms: 0.225 },
    rv: { fibre_mm_ms: 0.62, transverse_mm_ms: 0.226 },
  },
  gain,
  activation_ms: Float64Array.of(0, 1, 2, NaN),
  ecg_mV: new Float64Array(16),
  sources: { nodes: Uint32Array.of(0, 1), times_ms: Float64Array.of(0, 0.1) },
  fit: {
    correlation: NaN,
    rmse_mV: 0.01,
    leadCorrelation: new Float64Array(12).fill(0.9),
    leadRmse_mV: new Float64Array(12),
    iterations: 3,
    stoppedBecause: 'fitted',
  },
  seed,
});
