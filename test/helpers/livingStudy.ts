import { appendFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Edge } from '../../activities/edge.ts';
import type { Store } from '../../activities/stores/artifacts.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { publishCohort } from '../../cohorts/publish.ts';
import type { MetricColumn } from '../../twin/metrics/metric.ts';
import { type FakeHeart, fakeEdge, type OnTurn } from './fakeEdge.ts';

const metrics: readonly MetricColumn[] = [
  { name: 'qrsDuration_ms', unit: 'ms', description: 'From the length of the ECG.', source: 'docs/metrics.md' },
  { name: 'lvFibreVelocity_mm_ms', unit: 'mm/ms', description: 'From the heart.', source: 'docs/metrics.md' },
];

/** Fake science with real tables: the ECG's length gives the QRS duration, the heart's value the velocity. */
export function livingEdge(store: Store, onTurn?: OnTurn): Edge {
  const edge = fakeEdge(store, onTurn);
  return {
    store,
    science: {
      ...edge.science,
      measure: ({ anatomy, beat }) => ({
        qrsDuration_ms: 80 + 1 / (beat.voltage_mV[1] ?? 1),
        lvFibreVelocity_mm_ms: 0.6 + (anatomy.endocardialDistance[0] ?? 0) / 100,
      }),
    },
    async publish({ plan, parts, scratch, take }) {
      const settings = { study: plan.study, metrics, versions: { twinfold: 'fake' }, inputs: plan.inputs };
      return (await publishCohort(parts, settings, { scratch, take })).counts;
    },
  };
}

/** For worker processes: turns are written to `turns.txt` beside the store. */
export async function openEdge({ store }: { readonly store: string }): Promise<Edge> {
  return livingEdge(openFolderStore(store), (value, iteration) =>
    appendFileSync(join(store, '..', 'turns.txt'), `${value} ${iteration}\n`),
  );
}

/** A study as files, which a test changes as people do. */
export interface LivingStudy {
  readonly studyFile: string;
  readonly dataFolder: string;
  write(subject: string, heart: FakeHeart, ecg?: string): Promise<void>;
  /** Writes the sheet of these subjects. */
  list(subjects: readonly string[]): Promise<void>;
  remove(subject: string): Promise<void>;
}

export const ECG = 'an ECG';

export async function writeLivingStudy(
  folder: string,
  name: string,
  hearts: readonly FakeHeart[],
): Promise<LivingStudy> {
  const dataFolder = join(folder, 'data');
  const studyFile = join(folder, 'study.yaml');
  await mkdir(dataFolder, { recursive: true });
  await writeFile(studyFile, `name: ${name}\nsheet: subjects.csv\ndata: data\n`);
  const study: LivingStudy = {
    studyFile,
    dataFolder,
    async write(subject, heart, ecg = ECG) {
      await writeFile(join(dataFolder, `${subject}.heart`), JSON.stringify(heart));
      await writeFile(join(dataFolder, `${subject}.ecg`), ecg);
    },
    async list(subjects) {
      const rows = subjects.map((subject) => {
        const number = Number(subject.slice(-4));
        return `${subject},${number % 2 === 0 ? 'f' : 'm'},${40 + number},170,70,${subject}.heart,${subject}.ecg`;
      });
      await writeFile(
        join(folder, 'subjects.csv'),
        `${['subject,sex,age_y,height_cm,weight_kg,anatomy,ecg', ...rows].join('\n')}\n`,
      );
    },
    async remove(subject) {
      await rm(join(dataFolder, `${subject}.heart`));
      await rm(join(dataFolder, `${subject}.ecg`));
    },
  };
  for (const [index, heart] of hearts.entries()) await study.write(subjectName(index), heart);
  await study.list(hearts.map((_, index) => subjectName(index)));
  return study;
}

export const subjectName = (index: number): string => `sub-${String(index).padStart(4, '0')}`;
