import { bodyOf } from '../activities/records/stageParts.ts';
import { referenceBackend } from '../backends/reference.ts';
import type { SampleSheetRow } from '../cohorts/row.ts';
import type { Study } from '../cohorts/study.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import type { Beat } from '../twin/ecg/beat.ts';
import { type Finding, TwinError } from '../twin/errors.ts';
import type { LabelImage } from '../twin/images/labelImage.ts';
import { meanEdge_mm } from '../twin/mesh/quality.ts';
import { REGION } from '../twin/mesh/tetMesh.ts';
import { muscleVolume_mL } from '../twin/mesh/volume.ts';
import { enclosedVolume_mL } from '../twin/metrics/cavityVolume.ts';
import { ecgSvg } from '../twin/render/ecgSvg.ts';
import { subjectSvg } from '../twin/render/subjectSvg.ts';
import { openScience } from '../workers/science.ts';
import { preparations } from './prepareFiles.ts';

export interface CheckTask {
  readonly row: SampleSheetRow;
  readonly dataFolder: string;
  readonly settings: Study;
  /** Whether to draw what was read */
  readonly isDrawn: boolean;
}

/** One thing for which a subject cannot be built. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

export interface CheckAnswer {
  readonly subject: string;
  readonly status: 'ok' | 'failed';
  /** The first problem; null for a subject that can be built */
  readonly code: string | null;
  readonly message: string | null;
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
  readonly facts: CheckFacts;
  readonly pictures: { readonly anatomy: string | null; readonly beat: string | null };
}

/** A few numbers by which a person sees that a subject is one; null where its half could not be read. */
export interface CheckFacts {
  readonly nodes: number | null;
  readonly edge_mm: number | null;
  readonly lvMuscle_mL: number | null;
  readonly rvMuscle_mL: number | null;
  readonly lvCavity_mL: number | null;
  readonly rvCavity_mL: number | null;
  readonly qrs_ms: number | null;
  readonly heartRate_bpm: number | null;
}

const science = openScience(referenceBackend);

/** Prepares one subject in a worker thread, each half for itself, and keeps nothing of it but what was found. */
export default async function check({ row, dataFolder, settings, isDrawn }: CheckTask): Promise<CheckAnswer> {
  const halves = preparations(science, { ...row, dataFolder, body: bodyOf(row) }, settings, { isSolved: false });
  const problems: Problem[] = [];
  const tried = async <T>(half: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await half();
    } catch (error) {
      problems.push(problemOf(error));
      return undefined;
    }
  };
  const beat = await tried(halves.beat);
  const anatomy = await tried(halves.anatomy);
  const drawn = async (draw: () => string | Promise<string>) =>
    isDrawn ? ((await tried(async () => draw())) ?? null) : null;
  const pictures = {
    anatomy: anatomy === undefined ? null : await drawn(() => drawAnatomy(anatomy, halves.image)),
    beat: beat === undefined ? null : await drawn(() => beatSvg(beat)),
  };
  const [first] = problems;
  return {
    subject: row.subject,
    status: first === undefined ? 'ok' : 'failed',
    code: first?.code ?? null,
    message: first?.message ?? null,
    problems,
    findings: [...row.findings, ...(anatomy?.findings ?? []), ...(beat?.findings ?? [])],
    facts: { ...anatomyFacts(anatomy), ...beatFacts(beat) },
    pictures,
  };
}

function anatomyFacts(anatomy: Anatomy | undefined) {
  if (anatomy === undefined) {
    const none = { nodes: null, edge_mm: null, lvMuscle_mL: null, rvMuscle_mL: null };
    return { ...none, lvCavity_mL: null, rvCavity_mL: null };
  }
  const { mesh, surfaces } = anatomy;
  return {
    nodes: mesh.points.length / 3,
    edge_mm: meanEdge_mm(mesh),
    lvMuscle_mL: muscleVolume_mL(mesh, REGION.lv),
    rvMuscle_mL: muscleVolume_mL(mesh, REGION.rv),
    lvCavity_mL: enclosedVolume_mL(mesh.points, surfaces.lvEndo),
    rvCavity_mL: enclosedVolume_mL(mesh.points, surfaces.rvEndo),
  };
}

/** The heart in its body, over the label map that it was made of. */
async function drawAnatomy(anatomy: Anatomy, readImage: () => Promise<LabelImage | undefined>): Promise<string> {
  const { torso } = anatomy;
  const image = await readImage();
  const body = torso === undefined ? [] : [torso.skin, ...torso.lungs, ...torso.blood];
  return subjectSvg({ anatomy, body, ...(image === undefined ? {} : { image }) });
}

const beatFacts = (beat: Beat | undefined) => ({
  qrs_ms: beat === undefined ? null : beat.qrsOffset_ms - beat.qrsOnset_ms,
  heartRate_bpm: beat?.rr_ms === undefined ? null : 60_000 / beat.rr_ms,
});

/** The median beat, as far as it goes. */
function beatSvg({ interval_ms, qrsOnset_ms, voltage_mV, qrst }: Beat): string {
  return ecgSvg(
    { interval_ms, start_ms: -qrsOnset_ms, simulated_mV: qrst?.voltage_mV ?? voltage_mV, trace: 'median beat' },
    'strip',
  );
}

/** One subject's trouble is told beside the others', whatever it is. */
function problemOf(error: unknown): Problem {
  if (error instanceof TwinError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const isOfSystem = error instanceof Error && 'syscall' in error;
  return {
    code: 'Unexpected',
    message: isOfSystem ? message : `an error of Twinfold itself; please report it: ${message}`,
  };
}
