import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import { ELECTRODES } from '../twin/anatomy/anatomy.ts';
import type { CalibrationSettings, Twin } from '../twin/calibrate/twin.ts';
import { type Beat, STANDARD_LEADS } from '../twin/ecg/beat.ts';
import { electrodeFields } from '../twin/ecg/leadField.ts';
import { standardLeads, TWELVE } from '../twin/ecg/leads.ts';
import type { EnsembleSummary } from '../twin/ensemble/summary.ts';
import { writeStl } from '../twin/formats/stl.ts';
import { writeVtu } from '../twin/formats/vtuWrite.ts';
import { activationPng } from '../twin/render/activationPng.ts';
import { ecgSvg } from '../twin/render/ecgSvg.ts';
import type { Repolarisation } from '../twin/repolarisation/repolarisation.ts';
import { atriaVtu, pWaveSummary } from './atriaOutputs.ts';
import { torsoFiles } from './torsoOutputs.ts';

/** A file of a twin's folder. */
export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface TwinOutputs {
  readonly subject: string;
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly twin: Twin;
  readonly metrics: Readonly<Record<string, number>>;
  readonly settings: CalibrationSettings;
  readonly seconds: Readonly<Record<string, number>>;
}

/** Distance of lines on the picture of an ensemble's spread. */
const SPREAD_STEP_ms = 2;

/** Everything that is looked at, or checked by others, of one twin; formats and columns are listed in docs/formats.md. */
export function twinFiles(outputs: TwinOutputs): OutputFile[] {
  const { anatomy, beat, twin } = outputs;
  const { mesh, coordinates, surfaces } = anatomy;
  const start_ms = -beat.qrsOnset_ms;
  const whole = twin.repolarisation &&
    beat.qrst && { simulated_mV: twin.repolarisation.ecg_mV, recorded_mV: beat.qrst.voltage_mV };
  const field = (values: Float64Array) => ({ components: 1, values });
  const text = (name: string, content: string) => ({ name, bytes: new TextEncoder().encode(content) });
  return [
    {
      name: 'twin.vtu',
      bytes: writeVtu({
        points: mesh.points,
        tets: mesh.tets,
        pointData: {
          activation_ms: field(twin.activation_ms),
          ...(twin.repolarisation && { repolarisation_ms: field(twin.repolarisation.repolarisation_ms) }),
          ...(twin.ensemble && {
            activationMean_ms: field(twin.ensemble.mean_ms),
            activationSd_ms: field(twin.ensemble.sd_ms),
          }),
          apicobasal: field(coordinates.apicobasal),
          transmural: field(coordinates.transmural),
          rotational: field(coordinates.rotational),
          transventricular: field(coordinates.transventricular),
          ...(anatomy.consistent && {
            consistentApicobasal: field(anatomy.consistent.apicobasal),
            consistentRotational: field(anatomy.consistent.rotational),
          }),
          endocardialDistance_mm: field(anatomy.endocardialDistance),
        },
        cellData: {
          fibre: { components: 3, values: mesh.fibres },
          region: { components: 1, values: mesh.regions },
        },
      }),
    },
    ...(anatomy.atria ? [{ name: 'atria.vtu', bytes: atriaVtu(anatomy.atria, twin.pWave) }] : []),
    { name: 'epicardium.stl', bytes: writeStl(mesh.points, surfaces.epi) },
    ...(anatomy.torso ? torsoFiles(anatomy.torso) : []),
    text('ecg.csv', ecgTable(beat.interval_ms, start_ms, twin.ecg_mV, beat.voltage_mV)),
    ...(whole ? [text('qrst.csv', ecgTable(beat.interval_ms, start_ms, whole.simulated_mV, whole.recorded_mV))] : []),
    ...(twin.pWave
      ? [
          text(
            'pwave.csv',
            ecgTable(twin.pWave.interval_ms, twin.pWave.start_ms, twin.pWave.ecg_mV, beat.pWave?.voltage_mV),
          ),
        ]
      : []),
    text('leadfield.csv', leadFieldTable(anatomy, outputs.settings)),
    text('sources.csv', sourceTable(twin)),
    text('twin.json', `${JSON.stringify(summary(outputs), null, 2)}\n`),
    text(
      'ecg.svg',
      ecgSvg({
        interval_ms: beat.interval_ms,
        start_ms,
        ...(whole ?? { simulated_mV: twin.ecg_mV, recorded_mV: beat.voltage_mV }),
      }),
    ),
    { name: 'activation.png', bytes: activationPng({ mesh, surfaces, activation_ms: twin.activation_ms }) },
    ...(twin.ensemble ? [spreadPicture(anatomy, twin.ensemble)] : []),
  ];
}

/** Where the explanations of the ECG differ: the darker, the more. */
function spreadPicture({ mesh, surfaces }: Anatomy, { sd_ms }: EnsembleSummary): OutputFile {
  const most = sd_ms.reduce((high, sd) => (Number.isNaN(sd) ? high : Math.max(high, sd)), 0);
  const view = { range_ms: [0, most], isochrone_ms: SPREAD_STEP_ms } as const;
  return { name: 'activation-sd.png', bytes: activationPng({ mesh, surfaces, activation_ms: sd_ms }, view) };
}

/** @param simulated_mV, recorded_mV  [samples, 8]; without columns of what was not recorded */
function ecgTable(
  interval_ms: number,
  start_ms: number,
  simulated_mV: Float64Array,
  recorded_mV: Float64Array | undefined,
): string {
  const simulated = standardLeads(simulated_mV);
  const recorded = standardLeads(recorded_mV ?? []);
  const targets = recorded_mV ? STANDARD_LEADS.map((lead) => `${lead}_target`) : [];
  const header = ['time_ms', ...STANDARD_LEADS, ...targets];
  const lines = [header.join(',')];
  for (let sample = 0; sample < simulated.length / TWELVE; sample++) {
    const row = (values: Float64Array) => values.subarray(sample * TWELVE, (sample + 1) * TWELVE);
    lines.push([start_ms + sample * interval_ms, ...row(simulated), ...row(recorded)].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** Potential at each node of a unit current at each electrode: the transfer that the ECG is made with, for checking elsewhere. */
function leadFieldTable(anatomy: Anatomy, { conductivity }: CalibrationSettings): string {
  const { mesh, electrodes } = anatomy;
  const fields = anatomy.electrodeFields ?? electrodeFields(mesh.points, electrodes, conductivity.torso_S_m);
  const columns = ELECTRODES.length;
  const lines = [`# ${ELECTRODES.join(',')}`];
  for (let node = 0; node < fields.length / columns; node++) {
    lines.push(fields.subarray(node * columns, (node + 1) * columns).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function sourceTable({ sources }: Twin): string {
  const lines = Array.from(sources.nodes, (node, index) => `${node},${sources.times_ms[index]}`);
  return `node,time_ms\n${lines.join('\n')}\n`;
}

function summary({ subject, anatomy, beat, twin, metrics, settings, seconds }: TwinOutputs) {
  const { parameters, fit } = twin;
  const pmjs = Array.from(parameters.pmjTimes_ms, (time_ms, pmj) => ({
    time_ms,
    position_mm: Array.from(parameters.pmjPositions.subarray(3 * pmj, 3 * pmj + 3)),
  }));
  return {
    subject,
    fit: {
      ...fit,
      leadCorrelation: byLead(fit.leadCorrelation),
      leadRmse_mV: byLead(fit.leadRmse_mV),
    },
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
    ),
    velocities: { lv: parameters.lv, rv: parameters.rv },
    repolarisation: twin.repolarisation ? repolarisationSummary(twin.repolarisation) : null,
    pWave: twin.pWave && anatomy.atria ? pWaveSummary(twin.pWave, anatomy.atria) : null,
    ensemble: twin.ensemble ? ensembleSummary(twin.ensemble) : null,
    gain: twin.gain,
    seed: twin.seed,
    settings,
    origin: { ...anatomy.origin, torso: anatomy.torso?.origin ?? 'homogeneous' },
    electrodes_mm: anatomy.electrodes,
    qrs_ms: { onset: beat.qrsOnset_ms, offset: beat.qrsOffset_ms },
    t_ms: beat.qrst ? { peak: beat.qrst.tPeak_ms, end: beat.qrst.tEnd_ms } : null,
    findings: [...anatomy.findings, ...beat.findings],
    seconds,
    pmjs,
  };
}

function repolarisationSummary({ parameters, spread, contraction, fit }: Repolarisation) {
  const leads = { leadCorrelation: byLead(fit.leadCorrelation), leadRmse_mV: byLead(fit.leadRmse_mV) };
  return { parameters, spread, contraction, fit: { ...fit, ...leads } };
}

function ensembleSummary({ members, explaining, clusters, totalActivation, velocities }: EnsembleSummary) {
  return { members, explaining, clusters, totalActivation, velocities };
}

function byLead(values: Float64Array): Record<string, number> {
  return Object.fromEntries(STANDARD_LEADS.map((lead, index) => [lead, values[index] ?? Number.NaN]));
}
