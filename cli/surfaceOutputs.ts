import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { StudyPlan } from '../activities/records/study.ts';
import { stageSettings } from '../activities/records/study.ts';
import { type ElectrodeSet, frankLeads, leadsAgainstMean, readElectrodeSet } from '../twin/anatomy/electrodeSet.ts';
import { regionCentroid } from '../twin/anatomy/torso.ts';
import { bodySurfaceMap, frankElectrodes, type SkinPlace } from '../twin/conductor/skinElectrodes.ts';
import { TORSO_IS_MESH } from '../twin/conductor/torsoFrame.ts';
import { type SurfaceEcg, type SurfaceEcgInput, surfaceEcg } from '../twin/ecg/surfaceEcg.ts';
import { TwinError } from '../twin/errors.ts';
import { REGION } from '../twin/mesh/tetMesh.ts';
import type { OutputFile } from './twinOutputs.ts';

/** What `--map` names when it names no file. */
export const WHOLE_CHEST = '128';

/**
 * A twin's potentials on a body-surface map (128 electrodes, or those of a file), each against the mean of all, and Frank's leads where there is a skin
 * to put their electrodes on.
 *
 * @throws TwinError BadStudy where the map needs a body and the study gives none; BadInput for a file that is none of electrodes
 */
export async function surfaceFiles(
  twin: Pick<SurfaceEcgInput, 'anatomy' | 'beat' | 'twin'>,
  study: StudyPlan['study'],
  map: string,
): Promise<OutputFile[]> {
  const input: SurfaceEcgInput = {
    ...twin,
    conductivity: study.calibration.conductivity,
    conductor: stageSettings(study).anatomy.conductor ?? undefined,
  };
  const place = placeOf(twin.anatomy);
  const set =
    map === WHOLE_CHEST ? bodySurfaceMap(place ?? refuse()) : readElectrodeSet(await readFile(map), basename(map));
  const files = [
    { name: 'map.csv', bytes: table(surfaceEcg(input, set, leadsAgainstMean(set))) },
    { name: 'map_electrodes.json', bytes: electrodesJson(set) },
  ];
  if (place === undefined) return files;
  const frank = surfaceEcg(input, frankElectrodes(place, twin.anatomy.electrodes), frankLeads());
  return [...files, { name: 'frank.csv', bytes: table(frank) }];
}

function placeOf({ mesh, torso }: SurfaceEcgInput['anatomy']): SkinPlace | undefined {
  if (torso === undefined) return undefined;
  return { skin: torso.skin, frame: torso.frame ?? TORSO_IS_MESH, heartCentre: regionCentroid(mesh, REGION.lv) };
}

function refuse(): never {
  throw new TwinError(
    'BadStudy',
    '--map: the study puts hearts into an infinite medium, which has no skin; set "torso: {model: body}" in the study, or give a file of electrodes',
  );
}

function table({ names, start_ms, interval_ms, voltage_mV }: SurfaceEcg): Uint8Array {
  const lines = [['time_ms', ...names].join(',')];
  for (let sample = 0; sample < voltage_mV.length / names.length; sample++) {
    const row = voltage_mV.subarray(sample * names.length, (sample + 1) * names.length);
    lines.push([start_ms + sample * interval_ms, ...row].join(','));
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function electrodesJson({ names, places }: ElectrodeSet): Uint8Array {
  const electrodes = Object.fromEntries(names.map((name, at) => [name, [...places.subarray(3 * at, 3 * at + 3)]]));
  return new TextEncoder().encode(`${JSON.stringify({ unit: 'mm', electrodes }, null, 1)}\n`);
}
