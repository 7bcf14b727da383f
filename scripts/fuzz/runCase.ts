import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import { openRandom, type Random } from '../../twin/random.ts';
import { mutate } from './mutate.ts';
import { type Files, type FuzzTarget, PLANTED } from './target.ts';

/** What became of one case. */
export interface Outcome {
  readonly kind: 'value' | 'refusal' | 'failure';
  /** Of a failure, what was thrown or found */
  readonly detail: string;
  readonly files: Files;
}

/** Structures drawn together, and cases until others are drawn. */
const STRUCTURES = 4;
const CASES_A_DRAW = 40;
/** Messages are sentences, not contents; a study's lists one problem a line. */
const LONGEST_LINE = 1200;
/** Part of the cases that start from a real file, where there are any. */
const REAL = 0.15;

/** Cases of one parser. The same seed and number give the same case on every machine. */
export class FuzzCases {
  readonly target: FuzzTarget;
  readonly seed: number;
  readonly real: readonly Files[];
  private drawn: { readonly draw: number; readonly structures: readonly Files[] } = { draw: -1, structures: [] };

  constructor(target: FuzzTarget, seed: number, real: readonly Files[] = []) {
    this.target = target;
    this.seed = seed;
    this.real = real;
  }

  /** The files of a case: sound for one in fifty, otherwise changed. */
  files(number: number): Files {
    const random = openRandom(this.seed, `${this.target.name} ${number}`);
    const structures = this.structures(Math.floor(number / CASES_A_DRAW));
    const base =
      this.real.length > 0 && random.uniform() < REAL ? choose(this.real, random) : choose(structures, random);
    if (random.uniform() < 0.02) return base;
    const other = choose(random.uniform() < 0.5 && this.real.length > 0 ? this.real : structures, random);
    const changed = new Map(base);
    const names = [...base.keys()];
    const name = names[Math.floor(random.uniform() * Math.min(names.length, 4))] ?? '';
    const from = base.get(name) ?? new Uint8Array();
    const bytes = mutate(from, other.values().next().value ?? from, random);
    changed.set(name, this.target.mend && random.uniform() < 0.7 ? this.target.mend(bytes) : bytes);
    return changed;
  }

  run(number: number): Outcome {
    const files = this.files(number);
    const [main = ''] = files.keys();
    try {
      const value = this.target.parse(main, files.get(main) ?? new Uint8Array(), (name) => files.get(name));
      const isSound = this.target.isSound?.(value) ?? true;
      return { kind: isSound ? 'value' : 'failure', detail: isSound ? '' : 'the value does not hold together', files };
    } catch (error) {
      if (!(error instanceof TwinError))
        return {
          kind: 'failure',
          detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
          files,
        };
      const told = PLANTED.find((name) => error.message.includes(name) || JSON.stringify(error.details).includes(name));
      if (told !== undefined) return { kind: 'failure', detail: `the message tells a name: ${error.message}`, files };
      const longest = Math.max(...error.message.split('\n').map(({ length }) => length));
      if (longest > LONGEST_LINE)
        return {
          kind: 'failure',
          detail: `a message of ${longest} characters: ${error.message.slice(0, 200)}…`,
          files,
        };
      return { kind: 'refusal', detail: error.message, files };
    }
  }

  private structures(draw: number): readonly Files[] {
    if (this.drawn.draw !== draw) {
      const structures = fc.sample(this.target.structures, { seed: this.seed * 7919 + draw, numRuns: STRUCTURES });
      this.drawn = { draw, structures };
    }
    return this.drawn.structures;
  }
}

const choose = (files: readonly Files[], random: Random): Files =>
  files[Math.floor(random.uniform() * files.length)] ?? new Map();
