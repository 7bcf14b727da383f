// Holds the population's answers against known truth. `node scripts/validate.ts [--cohorts 200] [--people 200] [--scenario NAME …] [--json FILE] [--keep DIR] [--write]` draws emulated cohorts;
// `--computed DIR` computes whole cohorts, files to answers, on the engine (minutes each; a second call goes on); `--train N --training DIR` makes the emulation's people anew.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Piscina } from 'piscina';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import { Emulation } from '../cohorts/validation/emulation.ts';
import { DEFAULT_POWER, type PowerCurve } from '../cohorts/validation/power.ts';
import { SCENARIOS } from '../cohorts/validation/scenarios.ts';
import { readTrainingPeople, writeTrainingPeople } from '../cohorts/validation/trainingPeople.ts';
import { DEFAULT_VALIDATION, type ScenarioResult } from '../cohorts/validation/validateScenario.ts';
import { type ValidationResult, validationText } from '../cohorts/validation/validationText.ts';
import { coverageFigure, powerFigure } from './validation/figures.ts';
import { replaceBetween } from './validation/replaceBetween.ts';
import type { ScenarioTask } from './validation/scenarioThread.ts';

const { values } = parseArgs({
  options: {
    cohorts: { type: 'string', default: String(DEFAULT_VALIDATION.cohorts) },
    people: { type: 'string' },
    resamples: { type: 'string', default: String(DEFAULT_VALIDATION.resamples) },
    scenario: { type: 'string', multiple: true },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
    keep: { type: 'string' },
    computed: { type: 'string' },
    train: { type: 'string' },
    training: { type: 'string', default: 'validation-training' },
  },
});
const TRAINING = fileURLToPath(new URL('./validation/trainingPeople.csv', import.meta.url));
const inDocs = (name: string) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));

if (values.train !== undefined) await train(Number(values.train), values.training);
else if (values.computed !== undefined) await compute(values.computed);
else await emulate();

async function emulate(): Promise<void> {
  const settings = {
    ...DEFAULT_VALIDATION,
    cohorts: Number(values.cohorts),
    people: Number(values.people ?? DEFAULT_VALIDATION.people),
    resamples: Number(values.resamples),
  };
  const { scenario: names } = values;
  const unknown = names?.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined)
    throw new RangeError(
      `--scenario: found ${unknown}, expected one of ${SCENARIOS.map(({ name }) => name).join(', ')}`,
    );
  const training = readFileSync(TRAINING, 'utf8');
  const asked = SCENARIOS.filter(({ name }) => names === undefined || names.includes(name));
  const began = process.cpuUsage();
  const threads = Math.min(availableParallelism(), asked.length + 1);
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./validation/scenarioThread.ts', import.meta.url)),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
  });
  const run = <Answer>(task: ScenarioTask): Promise<Answer> => pool.run(task);
  try {
    const [power, ...scenarios] = await Promise.all([
      kept('power', { training, power: { ...DEFAULT_POWER, cohorts: settings.cohorts } }, run<readonly PowerCurve[]>),
      ...asked.map(async (scenario) => {
        const result = await kept(scenario.name, { training, scenario, settings }, run<ScenarioResult>);
        console.error(`  ${scenario.name}: ${settings.cohorts} cohorts`);
        return result;
      }),
    ]);
    const { fit } = new Emulation(readTrainingPeople(training));
    const result: ValidationResult = { settings, fit, scenarios, power };
    const text = validationText(result);
    console.log(text);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
    if (values.write) write(result, text);
  } finally {
    await pool.close({ force: true });
  }
  const { user, system } = process.cpuUsage(began);
  console.error(`${((user + system) / 1e6).toFixed(0)} CPU seconds`);
}

/** An answer from the folder of `--keep`, where the same task was answered before; otherwise it is made and kept there. */
async function kept<Answer>(
  name: string,
  task: ScenarioTask,
  make: (task: ScenarioTask) => Promise<Answer>,
): Promise<Answer> {
  const { keep } = values;
  if (keep === undefined) return make(task);
  const hash = createHash('sha256').update(canonicalJson(task)).digest('hex').slice(0, 12);
  const file = join(keep, `${name}-${hash}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const answer = await make(task);
  mkdirSync(keep, { recursive: true });
  writeFileSync(file, JSON.stringify(answer));
  return answer;
}

/** The tables and pictures of the documentation. */
function write(result: ValidationResult, text: string): void {
  replaceBetween(inDocs('validation.md'), 'fast', text);
  writeFileSync(inDocs('images/validation-coverage.svg'), `${coverageFigure(result)}\n`);
  writeFileSync(inDocs('images/validation-power.svg'), `${powerFigure(result.power)}\n`);
}

async function train(count: number, folder: string): Promise<void> {
  const { trainPeople } = await import('./validation/trainPeople.ts');
  const people = await trainPeople(count, folder, (line) => console.error(line));
  writeFileSync(TRAINING, writeTrainingPeople(people));
}

async function compute(folder: string): Promise<void> {
  const { COMPUTED_PEOPLE, computeCohorts } = await import('./validation/computeCohorts.ts');
  const asked = { scenarios: values.scenario, people: Number(values.people ?? COMPUTED_PEOPLE) };
  const text = await computeCohorts(folder, asked, (line) => console.error(line));
  console.log(text);
  if (values.write) replaceBetween(inDocs('validation.md'), 'computed', text);
}
