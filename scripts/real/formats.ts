import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TwinError } from '../../twin/errors.ts';
import type { EcgRecording, RawMesh } from '../../twin/formats/format.ts';
import { readEcg, readMesh } from '../../twin/formats/index.ts';
import { type CheckedMesh, checkMesh } from '../../twin/mesh/checkMesh.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL } from '../../twin/mesh/volume.ts';
import { mVPer } from '../../twin/units.ts';
import type { CheckResult } from './checkResult.ts';

const REGIONS = { lv: [1], rv: [2] };

/** Reads the real and the broken meshes and ECGs of the data folder, and compares with what its README and EXPECTED.tsv say. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  const path = (...parts: string[]): string => join(dataFolder, ...parts);
  const hostile = (name: string, file = 'mesh.pts'): string => path('hostile', name, file);
  return [
    meshFacts('dti004', path('hearts/dti004/dti004.pts'), {
      nodes: 36_875,
      tets: 191_942,
      volume_mL: 107.167,
      lv_mL: 70.816,
      rv_mL: 36.351,
    }),
    meshFacts('crtdemo', path('hearts/crtdemo/crtdemo.pts'), { nodes: 4_569, tets: 17_866, volume_mL: 226.52 }),
    meshFacts('68 healthy control', hostile('68_healthy_control'), {
      nodes: 405,
      tets: 1_536,
      volume_mL: 4,
      lv_mL: 2,
      rv_mL: 2,
    }),
    refused(
      '01 .pts cut short',
      () => mesh(hostile('01_carp_pts_truncated')),
      /mesh\.pts: line 1 promises 405 nodes, the file holds \d+/,
    ),
    refused(
      '03 index out of range',
      () => mesh(hostile('03_carp_elem_index_out_of_range')),
      /element 17 refers to node 405/,
    ),
    refused('05 indices from 1', () => mesh(hostile('05_carp_elem_one_based')), /refers to node 405.*looks 1-based/),
    survived('07 inverted tetrahedra', hostile('07_inverted_tets'), 'inverted-tetrahedra', 76),
    refused('09 two components', () => mesh(hostile('09_disconnected_components')), /2 components/),
    survived('11 orphan nodes', hostile('11_orphan_nodes'), 'orphan-nodes', 200),
    refused('13 mm taken for µm', () => mesh(hostile('13_unit_mm_as_um')), /in um, .*it would fit in mm/),
    survived('15 no .lon', hostile('15_missing_lon'), 'fibres-missing'),
    survived('17 fibres zero and NaN', hostile('17_lon_zero_and_nan_fibres'), 'fibres-without-direction', 22),
    refused(
      '21 mixed elements',
      () => mesh(hostile('21_elem_mixed_types')),
      /line \d+: element \d+ is of type "(Hx|Tr)"/,
    ),
    refused('23 giant header', () => mesh(hostile('23_vtu_header_giant', 'mesh.vtu')), /promises 999999999999 points/),
    refused('67 P02 NaN mesh', () => mesh(hostile('67_cohort_mixed_good_bad/P02')), /not a finite number/),
    refused('25 empty .dat', () => ecg(hostile('25_ecg_empty', 'ecg.hea')), /0 of 5000 samples/),
    refused(
      '37 path traversal',
      () => ecg(hostile('37_wfdb_header_path_traversal', 'ecg.hea')),
      /does not lie beside the header/,
    ),
    refused('43 NIfTI named .xml', () => ecg(hostile('43_wrong_extension', 'ecg.xml')), /the content is/),
    ecgFacts('35 gap', hostile('35_ecg_nan_gap', 'ecg.hea'), {
      leads: 12,
      samples: 5000,
      rate_Hz: 500,
      findings: 'missing-samples',
    }),
    ecgFacts('68 healthy control', hostile('68_healthy_control', 'ecg.hea'), {
      leads: 12,
      samples: 5000,
      rate_Hz: 500,
      findings: '',
    }),
    ecgFacts('ludb', path('ecg/ludb_1/1.hea'), { leads: 12, samples: 5000, rate_Hz: 500, findings: '' }),
    ecgFacts('ptbxl', path('ecg/wfdb_ptbxl_00001/00001_lr.hea'), {
      leads: 12,
      samples: 1000,
      rate_Hz: 100,
      findings: '',
    }),
    dti004Peaks(path('hearts/dti004/ecg_qrs_uV_1kHz.csv')),
  ];
}

const beside =
  (path: string) =>
  (name: string): Uint8Array | undefined => {
    const file = join(dirname(path), name);
    return existsSync(file) ? readFileSync(file) : undefined;
  };

function mesh(path: string): { raw: RawMesh; checked: CheckedMesh } {
  const raw = readMesh(basename(path), readFileSync(path), beside(path));
  const regions = new Set(raw.tags).has(2) ? REGIONS : {};
  return { raw, checked: checkMesh(raw, { name: basename(path), regions }) };
}

const ecg = (path: string): EcgRecording => readEcg(basename(path), readFileSync(path), beside(path));

interface MeshFacts {
  readonly nodes: number;
  readonly tets: number;
  readonly volume_mL: number;
  readonly lv_mL?: number;
  readonly rv_mL?: number;
}

function meshFacts(name: string, path: string, facts: MeshFacts): CheckResult {
  return attempt(`mesh ${name}`, () => {
    const start = performance.now();
    const { raw, checked } = mesh(path);
    const seconds = (performance.now() - start) / 1000;
    const volumes = [undefined, REGION.lv, REGION.rv].map((region) => muscleVolume_mL(checked.mesh, region));
    const expected = [facts.volume_mL, facts.lv_mL, facts.rv_mL];
    const isRight = expected.every(
      (value, i) => value === undefined || Math.abs((volumes[i] as number) - value) < 6e-4,
    );
    const counts = [raw.points.length / 3, raw.tets.length / 4];
    return {
      passed:
        isRight &&
        counts[0] === facts.nodes &&
        counts[1] === facts.tets &&
        checked.findings.length === 0 &&
        checked.hasFibres,
      detail: `${counts[0]} nodes, ${counts[1]} tets, ${volumes.map((value) => value.toFixed(4)).join(' / ')} mL (all/LV/RV), findings ${checked.findings.length}, ${seconds.toFixed(2)} s`,
    };
  });
}

/** A mesh that is mended or doubted: one finding, and the control's volume. */
function survived(name: string, path: string, code: string, count?: number): CheckResult {
  return attempt(`hostile ${name}`, () => {
    const { checked } = mesh(path);
    const volume_mL = muscleVolume_mL(checked.mesh);
    const [finding] = checked.findings;
    const isNamed =
      checked.findings.length === 1 && finding?.code === code && (count === undefined || finding.count === count);
    return {
      passed: isNamed && Math.abs(volume_mL - 4) < 1e-9,
      detail: `${volume_mL.toFixed(4)} mL; ${checked.findings.map(({ message }) => message).join('; ')}`,
    };
  });
}

function refused(name: string, read: () => unknown, sentence: RegExp): CheckResult {
  try {
    read();
  } catch (error) {
    const isNamed = error instanceof TwinError && sentence.test(error.message);
    return { name: `hostile ${name}`, passed: isNamed, detail: String(error) };
  }
  return { name: `hostile ${name}`, passed: false, detail: 'was read without a word' };
}

interface EcgFacts {
  readonly leads: number;
  readonly samples: number;
  readonly rate_Hz: number;
  readonly findings: string;
}

function ecgFacts(name: string, path: string, facts: EcgFacts): CheckResult {
  return attempt(`ecg ${name}`, () => {
    const { leads, voltage_mV, sampleRate_Hz, findings } = ecg(path);
    const codes = findings.map(({ code }) => code).join();
    const samples = voltage_mV[0]?.length ?? 0;
    const isRight = leads.length === facts.leads && samples === facts.samples && sampleRate_Hz === facts.rate_Hz;
    return {
      passed: isRight && codes === facts.findings,
      detail: `${leads.join(' ')}, ${samples} samples at ${sampleRate_Hz} Hz; ${codes || 'no findings'}`,
    };
  });
}

/** Greatest and least voltage of each lead, µV, as the data's README gives them. */
const DTI004_PEAKS_uV: Readonly<Record<string, readonly [number, number]>> = {
  I: [777, -81],
  II: [1598, -182],
  V1: [146, -1473],
  V2: [237, -1288],
  V3: [181, -324],
  V4: [821, -188],
  V5: [1472, -140],
  V6: [1439, -161],
};

function dti004Peaks(path: string): CheckResult {
  return attempt('ecg dti004', () => {
    const { leads, voltage_mV, isCalibrated, sampleRate_Hz } = ecg(path);
    const peaks = voltage_mV.map((values) => [Math.max(...values) / mVPer.uV, Math.min(...values) / mVPer.uV]);
    const isRight = leads.every((lead, i) =>
      DTI004_PEAKS_uV[lead]?.every((peak, side) => Math.abs((peaks[i]?.[side] ?? Number.NaN) - peak) < 1),
    );
    return {
      passed: isRight && isCalibrated && sampleRate_Hz === 1000,
      detail: leads.map((lead, i) => `${lead} ${peaks[i]?.map((peak) => peak.toFixed(1)).join('/')}`).join(', '),
    };
  });
}

function attempt(name: string, measure: () => Omit<CheckResult, 'name'>): CheckResult {
  try {
    return { name, ...measure() };
  } catch (error) {
    return { name, passed: false, detail: String(error) };
  }
}
