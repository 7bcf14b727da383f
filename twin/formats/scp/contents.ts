import { badInput } from '../badInput.ts';
import type { RecorderMeasurements } from '../format.ts';
import { recorderMeasurements } from '../recorderMeasurements.ts';
import { numberedLead } from './leadNames.ts';
import type { BeatPlaces, SubtractedBeat, Zone } from './rhythm.ts';
import { type ScpSection, SECTION_HEADER } from './sections.ts';

/** A lead's number and the samples that were recorded of it, counted from 1, both included. */
export interface ScpLead {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** Section 3. */
export interface LeadDefinition {
  readonly leads: readonly ScpLead[];
  /** The reference beat was subtracted from the rhythm */
  readonly isSubtracted: boolean;
}

/** Sections 5 and 6: samples of each lead as they are stored. */
export interface StoredSamples {
  readonly step_mV: number;
  readonly interval_us: number;
  /** 0 samples, 1 first differences, 2 second differences */
  readonly differences: number;
  readonly isBimodal: boolean;
  readonly leads: readonly Uint8Array[];
}

const LEAD = 9;
const BEAT = 14;
const ZONE = 8;
/** What stands of each beat type in section 7. */
const BEAT_MEASURES = 16;
const SPIKE = 10;
/** Codes for what was not measured (29,999 and below) lie above, ms. */
const LONGEST_RR_ms = 10_000;

/** Leads of section 3. @throws TwinError BadInput */
export function readLeads({ view }: ScpSection, file: string): LeadDefinition {
  if (view.byteLength < SECTION_HEADER + 2) throw badInput(file, 'section 3 (leads) is empty');
  const count = view.getUint8(SECTION_HEADER);
  const flags = view.getUint8(SECTION_HEADER + 1);
  if (count === 0 || SECTION_HEADER + 2 + count * LEAD > view.byteLength)
    throw badInput(file, `section 3 promises ${count} leads in ${view.byteLength} bytes`);
  const leads = Array.from({ length: count }, (_, lead) => {
    const at = SECTION_HEADER + 2 + lead * LEAD;
    const [first, last] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const name = numberedLead(view.getUint8(at + 8));
    if (last < first) throw badInput(file, `section 3: ${name} lasts from sample ${first} to sample ${last}`);
    return { name, first, last };
  });
  return { leads, isSubtracted: (flags & 1) === 1 };
}

/** Beats of section 4; zones are the beats themselves in records that do not list them. @throws TwinError BadInput */
export function readBeatPlaces({ view }: ScpSection, file: string): BeatPlaces {
  const start = SECTION_HEADER + 6;
  if (view.byteLength < start) throw badInput(file, 'section 4 (beats) is empty');
  const count = view.getUint16(SECTION_HEADER + 4, true);
  if (start + count * BEAT > view.byteLength)
    throw badInput(file, `section 4 promises ${count} beats in ${view.byteLength} bytes`);
  const beats = Array.from({ length: count }, (_, beat): SubtractedBeat => {
    const at = start + beat * BEAT;
    const [first, fiducial, last] = [2, 6, 10].map((offset) => view.getUint32(at + offset, true)) as [
      number,
      number,
      number,
    ];
    return { type: view.getUint16(at, true), first, fiducial, last };
  });
  const zonesAt = start + count * BEAT;
  const hasZones = zonesAt + count * ZONE <= view.byteLength;
  const zones = beats.map(({ first, last }, beat): Zone => {
    const at = zonesAt + beat * ZONE;
    return hasZones ? { first: view.getUint32(at, true), last: view.getUint32(at + 4, true) } : { first, last };
  });
  return {
    beatLength_ms: view.getUint16(SECTION_HEADER, true),
    fiducial: view.getUint16(SECTION_HEADER + 2, true),
    beats,
    zones: zones.sort((a, b) => a.first - b.first),
  };
}

/** Section 5 (reference beat) or 6 (rhythm): a header, the bytes of each lead's length, then the leads. @throws TwinError BadInput */
export function readStored({ id, view }: ScpSection, leads: number, file: string): StoredSamples {
  const start = SECTION_HEADER + 6 + 2 * leads;
  if (start > view.byteLength) throw badInput(file, `section ${id} is too short for ${leads} leads`);
  const [step_nV, interval_us] = [view.getUint16(SECTION_HEADER, true), view.getUint16(SECTION_HEADER + 2, true)];
  const differences = view.getUint8(SECTION_HEADER + 4);
  if (step_nV === 0 || interval_us === 0 || differences > 2)
    throw badInput(
      file,
      `section ${id}: steps of ${step_nV} nV, every ${interval_us} µs, differences ${differences}; expected 0, 1 or 2 of them`,
    );
  let at = start;
  const bytes = Array.from({ length: leads }, (_, lead) => {
    const length = view.getUint16(SECTION_HEADER + 6 + 2 * lead, true);
    if (at + length > view.byteLength)
      throw badInput(file, `section ${id} ends within lead ${lead + 1} of ${leads}; the record was cut short`);
    at += length;
    return new Uint8Array(view.buffer, view.byteOffset + at - length, length);
  });
  const isBimodal = id === 6 && view.getUint8(SECTION_HEADER + 5) === 1;
  return { step_mV: step_nV * 1e-6, interval_us, differences, isBimodal, leads: bytes };
}

/** Global measurements of section 7: of the reference beat, which stands first. What was not measured is written as 29,999 and the like. */
export function readMeasurements({ view }: ScpSection): RecorderMeasurements | undefined {
  const word = (at: number): number => (at + 2 <= view.byteLength ? view.getUint16(at, true) : Number.NaN);
  const angle = (at: number): number => (at + 2 <= view.byteLength ? view.getInt16(at, true) : Number.NaN);
  const count = (at: number): number => (at < view.byteLength ? view.getUint8(at) : 0);
  const [types, spikes, first] = [count(SECTION_HEADER), count(SECTION_HEADER + 1), SECTION_HEADER + 6];
  const behind = first + types * BEAT_MEASURES + spikes * SPIKE;
  const rates = behind + 2 + word(behind); // The type of each beat stands before the rates.
  const rate = word(rates);
  const rr_ms = word(SECTION_HEADER + 2);
  const heartRate_bpm = rate > 0 ? rate : rr_ms < LONGEST_RR_ms ? 60_000 / rr_ms : undefined;
  const others = { heartRate_bpm, qtcInterval_ms: word(rates + 4) };
  if (types === 0) return recorderMeasurements(others);
  const [pOnset, pOffset, qrsOnset, qrsOffset, tOffset] = [0, 2, 4, 6, 8].map((offset) => word(first + offset)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return recorderMeasurements({
    ...others,
    pDuration_ms: pOffset - pOnset,
    prInterval_ms: qrsOnset - pOnset,
    qrsDuration_ms: qrsOffset - qrsOnset,
    qtInterval_ms: tOffset - qrsOnset,
    pAxis_deg: angle(first + 10),
    qrsAxis_deg: angle(first + 12),
    tAxis_deg: angle(first + 14),
  });
}
