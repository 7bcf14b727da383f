import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { FoundWaves } from '../jobs/delineation.ts';
import { writeNpz } from '../npz.ts';
import type { NoiseLevel } from './noise.ts';
import { type KnownRecording, recordHeart } from './recordings.ts';
import type { SimulatedHeart } from './simulatedHearts.ts';
import { truthOf, type WaveTruth } from './truths.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'neurokit.py');
const places = z.array(z.number().nullable()).optional();
const answers = z.array(
  z.object({
    ECG_P_Onsets: places,
    ECG_P_Offsets: places,
    ECG_R_Onsets: places,
    ECG_R_Offsets: places,
    ECG_T_Offsets: places,
  }),
);
type Answer = z.infer<typeof answers>[number];

/** Which leads NeuroKit2, which reads one lead at a time, is shown of each recording. */
export const LEAD_CHOICES = {
  'lead II': ({ recording }: KnownRecording) => [recording.leads.indexOf('II')],
  'lead of the largest range': ({ recording }: KnownRecording) => {
    const ranges = recording.voltage_mV.map((signal) =>
      signal.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    );
    return [ranges.indexOf(Math.max(...ranges))];
  },
  'median of twelve leads': ({ recording }: KnownRecording) => recording.leads.map((_, lead) => lead),
} as const;

/** A wave farther than this from every true one of its kind is not counted as found, ms. */
const FARTHEST_ms = 150;

/** NeuroKit2's waves on the same recordings as ours; medians over beats, then over leads. */
export async function runNeurokit(
  python: string,
  hearts: readonly SimulatedHeart[],
  level: NoiseLevel,
  choice: keyof typeof LEAD_CHOICES,
): Promise<FoundWaves[]> {
  const recordings = hearts.map((heart) => recordHeart(heart, level));
  const chosen = recordings.map(LEAD_CHOICES[choice]);
  const signals = recordings.flatMap(({ recording }, at) => chosen[at].map((lead) => recording.voltage_mV[lead]));
  const delineated = await delineate(python, signals, recordings[0]?.recording.sampleRate_Hz ?? 0);
  let next = 0;
  return hearts.map((heart, at) => {
    const truth = truthOf(heart);
    const ofLeads = chosen[at].map(() => {
      const waves = delineated[next++];
      const at_ms = (list: Answer['ECG_R_Onsets'], truth_ms: number) =>
        middle((list ?? []).flatMap((found) => errorOf(found, truth_ms, recordings[at].activations_ms))) + truth_ms;
      return {
        qrsOnset_ms: at_ms(waves?.ECG_R_Onsets, truth.qrsOnset_ms),
        qrsOffset_ms: at_ms(waves?.ECG_R_Offsets, truth.qrsOffset_ms),
        tEnd_ms: at_ms(waves?.ECG_T_Offsets, truth.tEnd_ms),
        pOnset_ms: at_ms(waves?.ECG_P_Onsets, truth.pOnset_ms),
        pOffset_ms: at_ms(waves?.ECG_P_Offsets, truth.pOffset_ms),
      };
    });
    const over = (key: keyof WaveTruth) =>
      middle(ofLeads.map((waves) => waves[key]).filter((time) => !Number.isNaN(time)));
    return {
      sex: heart.person.sex,
      level: level.name,
      truth,
      found: {
        qrsOnset_ms: over('qrsOnset_ms'),
        qrsOffset_ms: over('qrsOffset_ms'),
        tEnd_ms: over('tEnd_ms'),
        pOnset_ms: over('pOnset_ms'),
        pOffset_ms: over('pOffset_ms'),
      },
      loose_ms: Number.NaN,
      strict_ms: Number.NaN,
    };
  });
}

/** Found less true, of the nearest beat; nothing where that is far away. */
function errorOf(found: number | null, truth_ms: number, activations_ms: readonly number[]): number[] {
  if (found === null) return [];
  const errors = activations_ms.map((activation) => found - activation - truth_ms);
  const nearest = errors.reduce((best, error) => (Math.abs(error) < Math.abs(best) ? error : best));
  return Math.abs(nearest) <= FARTHEST_ms ? [nearest] : [];
}

async function delineate(python: string, signals: readonly Float64Array[], sampleRate_Hz: number): Promise<Answer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'twinfold-delineation-'));
  try {
    const samples = signals[0]?.length ?? 0;
    const values = new Float64Array(signals.length * samples);
    for (const [row, signal] of signals.entries()) values.set(signal, row * samples);
    const [input, output] = [join(folder, 'signals.npz'), join(folder, 'waves.json')];
    const arrays = {
      signals: { values, shape: [signals.length, samples] },
      sampleRate: { values: Int32Array.of(sampleRate_Hz), shape: [1] },
    };
    await writeFile(input, writeNpz(arrays));
    await run(python, [script, input, output]);
    return answers.parse(JSON.parse(await readFile(output, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
