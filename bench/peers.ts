import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { referenceBackend } from '../backends/reference.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import { DEFAULT_CALIBRATION } from '../twin/calibrate/calibrate.ts';
import { homogeneousLeadVectors } from '../twin/ecg/leadField.ts';
import { standardLeads } from '../twin/ecg/leads.ts';
import { benchHeartModel, openBenchTruths } from './benchTruth.ts';
import { writeNpz } from './npz.ts';
import { rmsDifference } from './rmsDifference.ts';

const run = promisify(execFile);
const driver = join(import.meta.dirname, 'peers', 'cForward.py');

/** One core, as ours are measured. */
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' };

export interface Peers {
  /** Folder that holds `peer_fim.py`, `peer_torch.py` and `kernel.c` (or has the latter in `../prototype`) */
  readonly folder: string;
  readonly python: string;
}

/** What a peer took on the benchmark's heart, CPU seconds of one core. */
export interface PeerAnswer {
  readonly cpu_s: number;
  /** Root mean square difference from the reference's activation, ms; undefined where the peer solves other sources */
  readonly rms_ms: number | undefined;
}

/** fim-python on the same nodes, tetrahedra, fibres and seeded times. */
export async function runFim(peers: Peers, anatomy: Anatomy): Promise<PeerAnswer> {
  return inFolder(async (folder) => {
    const activation_ms = await writeMeshAndSources(anatomy, folder);
    const { stdout } = await python(
      peers,
      [join(peers.folder, 'peer_fim.py'), 'mesh.npz', 'sources.npz', 'out.npy'],
      folder,
    );
    return {
      cpu_s: numberAfter(stdout, 'cpu s'),
      rms_ms: rmsDifference(await readNpy(join(folder, 'out.npy')), activation_ms),
    };
  });
}

/** The C prototype, compiled by gcc: the same PMJs, seeded by the same rule, solved and projected on eight leads. */
export async function runC(peers: Peers, anatomy: Anatomy, solves: number): Promise<PeerAnswer> {
  return inFolder(async (folder) => {
    const activation_ms = await writeMeshAndSources(anatomy, folder);
    const source = await firstReadable([
      join(peers.folder, 'kernel.c'),
      join(peers.folder, '..', 'prototype', 'kernel.c'),
    ]);
    await run('gcc', ['-O3', '-march=native', '-shared', '-fPIC', source, '-o', join(folder, 'libk.so'), '-lm']);
    const { stdout } = await python(peers, [driver, folder, String(solves)], folder);
    return {
      cpu_s: numberAfter(stdout, 'cpu_s'),
      rms_ms: rmsDifference(await readNpy(join(folder, 'out.npy')), activation_ms),
    };
  });
}

/** A torch re-implementation of the published method: seconds of one Adam iteration, with PMJs of its own. */
export async function runTorch(peers: Peers, anatomy: Anatomy, iterations: number): Promise<PeerAnswer> {
  return inFolder(async (folder) => {
    await writeMeshAndSources(anatomy, folder);
    const { stdout } = await python(
      peers,
      [join(peers.folder, 'peer_torch.py'), 'mesh.npz', String(iterations)],
      folder,
    );
    return { cpu_s: numberAfter(stdout.slice(stdout.indexOf('seconds per iteration')), 'cpu'), rms_ms: undefined };
  });
}

/** Names as the peers read them. Returns the reference's activation from the same PMJs, ms, [nodes]. */
async function writeMeshAndSources(anatomy: Anatomy, folder: string): Promise<Float64Array> {
  const { mesh, endocardialDistance, electrodes, coordinates } = anatomy;
  const nodes = mesh.points.length / 3;
  const tets = mesh.tets.length / 4;
  const truth = openBenchTruths([anatomy])(1);
  const heart = await referenceBackend.open(benchHeartModel(anatomy));
  const { activation_ms, sources } = await heart.solve(truth);
  await heart.close();
  const twelve = standardLeads(
    Float64Array.from(homogeneousLeadVectors(mesh, electrodes, DEFAULT_CALIBRATION.conductivity)),
  );
  const leads = twelve.length / nodes;
  const byLead = Float64Array.from(
    { length: twelve.length },
    (_, at) => twelve[(at % nodes) * leads + Math.floor(at / nodes)],
  );
  const ventricle = Int32Array.from(coordinates.transventricular, (side) => (side > 0.5 ? 2 : 1));
  const arrays = {
    X: { values: mesh.points, shape: [nodes, 3] },
    T: { values: Int32Array.from(mesh.tets), shape: [tets, 4] },
    f: { values: mesh.fibres, shape: [tets, 3] },
    dend: { values: endocardialDistance, shape: [nodes] },
    nlab: { values: ventricle, shape: [nodes] },
    b: { values: byLead, shape: [leads, nodes] },
  };
  await writeFile(join(folder, 'mesh.npz'), writeNpz(arrays));
  const pmjs = truth.pmjTimes_ms.length;
  const seeds = {
    nodes: { values: Int32Array.from(sources.nodes), shape: [sources.nodes.length] },
    vals: { values: sources.times_ms, shape: [sources.nodes.length] },
    x: { values: truth.pmjPositions, shape: [pmjs, 3] },
    t: { values: truth.pmjTimes_ms, shape: [pmjs] },
  };
  await writeFile(join(folder, 'sources.npz'), writeNpz(seeds));
  return activation_ms;
}

const python = ({ python: program }: Peers, args: readonly string[], folder: string) =>
  run(program, args, { cwd: folder, env: ONE_THREAD, maxBuffer: 1 << 26 });

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'twinfold-peers-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstReadable(files: readonly string[]): Promise<string> {
  for (const file of files) if ((await readFile(file).catch(() => undefined)) !== undefined) return file;
  throw new Error(`peers: found none of ${files.join(', ')}`);
}

function numberAfter(text: string, word: string): number {
  const found = new RegExp(`${word}\\s+([\\d.eE+-]+)`).exec(text);
  if (found === null) throw new Error(`a peer's output has no "${word}": ${text.slice(-300)}`);
  return Number(found[1]);
}

/** Float64 values of a `.npy` file. */
async function readNpy(file: string): Promise<Float64Array> {
  const bytes = await readFile(file);
  const start = 10 + bytes.readUInt16LE(8);
  const isDouble = bytes.subarray(10, start).includes('<f8');
  const { buffer } = Uint8Array.from(bytes.subarray(start));
  return isDouble ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer));
}
