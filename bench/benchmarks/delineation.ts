import type { Benchmark, BenchRow, BenchTable } from '../benchmark.ts';
import { LEAD_CHOICES, runNeurokit } from '../delineation/neurokit.ts';
import { NOISE_LEVELS } from '../delineation/noise.ts';
import { simulateHearts } from '../delineation/simulatedHearts.ts';
import type { DelineationAnswer, FoundWaves } from '../jobs/delineation.ts';

/** Women and men in turn; not those on which the delineation's numbers were chosen. */
const PEOPLE = { people: 40, seed: 1 } as const;
const QUICK_PEOPLE = { people: 8, seed: 1 } as const;
/** Twelve leads of 40 recordings take NeuroKit2 more than a minute; single ones are shown to it at these levels. */
const TWELVE_LEADS_AT = 'usual';
const PEER_LEVELS = ['none', 'usual', 'loud'];

/** How far delineated waves lie from where they truly are. */
export const delineation: Benchmark = {
  name: 'delineation',
  description:
    'onsets and ends of P, QRS and T against simulated truth, by sex and noise, beside NeuroKit2 (with --peers and --python)',
  async run({ peers, isQuick, run, tell }) {
    const population = isQuick ? QUICK_PEOPLE : PEOPLE;
    const { answer } = await run('delineation', { ...population, levels: NOISE_LEVELS });
    const rows = summarise('Twinfold', answer.found);
    tell(`${answer.found.length} recordings, ${answer.cpu_s.toFixed(2)} s of CPU each`);
    if (peers !== undefined) {
      const hearts = await simulateHearts(population.people, population.seed);
      for (const choice of Object.keys(LEAD_CHOICES) as (keyof typeof LEAD_CHOICES)[]) {
        for (const level of NOISE_LEVELS.filter(({ name }) => PEER_LEVELS.includes(name))) {
          if (choice === 'median of twelve leads' && level.name !== TWELVE_LEADS_AT) continue;
          rows.push(...summarise(`NeuroKit2, ${choice}`, await runNeurokit(peers.python, hearts, level, choice)));
          tell(`NeuroKit2, ${choice}, ${level.name}`);
        }
      }
    }
    return [scoreTable(rows, population.people), visibleTable(answer)];
  },
};

const SEXES = ['female', 'male'] as const;
const isOf = (sex: string) => (row: { readonly sex: string }) => row.sex === sex;

function summarise(method: string, found: readonly FoundWaves[]): BenchRow[] {
  return [...new Set(found.map(({ level }) => level))].flatMap((level) =>
    SEXES.map((sex): BenchRow => {
      const these = found.filter((row) => row.level === level && row.sex === sex);
      const off = (key: keyof FoundWaves['truth']) => these.map((row) => row.found[key] - row.truth[key]);
      const between = (from: keyof FoundWaves['truth'], to: keyof FoundWaves['truth']) =>
        these.map((row) => row.found[to] - row.found[from] - (row.truth[to] - row.truth[from]));
      const [onset, offset, p] = [off('qrsOnset_ms'), off('qrsOffset_ms'), off('pOnset_ms')];
      const share = (errors: readonly number[]) => errors.filter((error) => !Number.isNaN(error)).length;
      return {
        method,
        level,
        sex,
        onset: spread(onset),
        offset: spread(offset),
        duration: spread(between('qrsOnset_ms', 'qrsOffset_ms')),
        qt: spread(between('qrsOnset_ms', 'tEnd_ms')),
        pOnset: spread(p),
        pOffset: spread(off('pOffset_ms')),
        pr: spread(between('pOnset_ms', 'qrsOnset_ms')),
        foundQrs: `${share(between('qrsOnset_ms', 'qrsOffset_ms'))}/${these.length}`,
        foundP: `${share(p)}/${these.length}`,
        loose: spread(these.map((row) => row.loose_ms)),
        strict: spread(these.map((row) => row.strict_ms)),
      };
    }),
  );
}

function scoreTable(rows: readonly BenchRow[], people: number): BenchTable {
  const noise = NOISE_LEVELS.map(
    ({ name, white_uV, muscle_uV, wander_uV, mains_uV }) => `${name} ${white_uV}/${muscle_uV}/${wander_uV}/${mains_uV}`,
  ).join(', ');
  return {
    name: 'delineation',
    title: 'Delineation',
    caption: `Found less true, ms, mean ± standard deviation over ${people} synthetic people: ten seconds at 500 Hz of hearts with modelled QRS and T waves and drawn P waves. True QRS and P bounds: first and last time at which some of the twelve noise-free leads leaves zero by 10 µV; T end: the tangent to the noise-free leads. Noise, µV of white/muscle (20–150 Hz)/wander/50 Hz mains: ${noise}. NeuroKit2 reads single leads (0.2, defaults, wavelets), which end before all leads together do. “Looser” and “stricter”: what half and twice the threshold add to the QRS duration.`,
    columns: [
      { key: 'method', title: 'method' },
      { key: 'level', title: 'noise' },
      { key: 'sex', title: 'sex' },
      { key: 'onset', title: 'QRS onset' },
      { key: 'offset', title: 'QRS offset' },
      { key: 'duration', title: 'QRS duration' },
      { key: 'qt', title: 'QT' },
      { key: 'foundQrs', title: 'QRS found' },
      { key: 'pOnset', title: 'P onset' },
      { key: 'pOffset', title: 'P offset' },
      { key: 'pr', title: 'PR' },
      { key: 'foundP', title: 'P found' },
      { key: 'loose', title: 'looser' },
      { key: 'strict', title: 'stricter' },
    ],
    rows,
  };
}

/** What a threshold on the amplitude sees of the activation, without noise. */
function visibleTable({ visible }: DelineationAnswer): BenchTable {
  const thresholds = ['10 µV', '20 µV', '50 µV', '100 µV', '1 % of the largest deflection'];
  const rows = thresholds.flatMap((threshold, at) =>
    SEXES.map((sex): BenchRow => {
      const these = visible.filter(isOf(sex));
      return {
        threshold,
        sex,
        activation: spread(these.map((row) => row.totalActivation_ms)),
        late: spread(these.map((row) => row.late_ms[at])),
        early: spread(these.map((row) => row.early_ms[at])),
        missed: spread(these.map((row) => row.late_ms[at] + row.early_ms[at])),
      };
    }),
  );
  return {
    name: 'delineation-visible',
    title: 'What leads show of the activation',
    caption:
      'The same hearts without noise, ms, mean ± standard deviation: how long after the first activated node some lead leaves zero by a threshold, how long before the last one all leads are below it for good, and what both take from the QRS duration.',
    columns: [
      { key: 'threshold', title: 'some lead above' },
      { key: 'sex', title: 'sex' },
      { key: 'activation', title: 'first to last activation' },
      { key: 'late', title: 'seen after' },
      { key: 'early', title: 'over before' },
      { key: 'missed', title: 'shorter by' },
    ],
    rows,
  };
}

/** Mean ± standard deviation over what is not NaN; empty of fewer than two. */
function spread(values: readonly number[]): string | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < 2) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const sd = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
  return `${mean.toFixed(1)} ± ${sd.toFixed(1)}`;
}
