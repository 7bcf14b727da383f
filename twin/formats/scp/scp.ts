import type { Finding } from '../../errors.ts';
import { badInput } from '../badInput.ts';
import { assembleEcg } from '../ecgAssembly.ts';
import type { EcgFormat, EcgRecording } from '../format.ts';
import {
  type LeadDefinition,
  readBeatPlaces,
  readLeads,
  readMeasurements,
  readStored,
  type StoredSamples,
} from './contents.ts';
import { decodeHuffman, type HuffmanTable, readHuffmanTables } from './huffman.ts';
import {
  addReferenceBeats,
  type BeatPlaces,
  storedSamples,
  sumDifferences,
  unfoldBimodal,
  zonesWithin,
} from './rhythm.ts';
import { findSections, type ScpRecord, type ScpSection } from './sections.ts';

/** Sections that samples are made of, as EN 1064 names them. */
const SECTION_NAMES: Readonly<Record<number, string>> = {
  2: 'Huffman tables',
  3: 'leads',
  4: 'beats',
  5: 'reference beat',
  6: 'rhythm',
  7: 'measurements',
};
/** EN 1064 keeps one in four samples between protected zones; a factor far above is a damaged rate. */
const MOST_DECIMATED = 20;
/** Beats may overlap at their ends; more than the rhythm twice over is no place of beats. */
const MOST_SUBTRACTED = 2;

/**
 * SCP-ECG records (EN 1064, ISO 11073-91064): rhythm with first or second differences, Huffman codes (default and own tables), bimodal compression
 * and subtracted reference beats; the reference beat and the recorder's measurements. Section 1, which names the subject, is never opened.
 */
export const scp: EcgFormat = {
  name: 'SCP-ECG',
  extensions: ['.scp'],
  content: 'scp',
  read(bytes, file, _beside, options = {}): EcgRecording {
    const record = findSections(bytes, file);
    const section = (id: number): ScpSection | undefined => intactSection(record, id, file);
    const [leadSection, rhythmSection] = [section(3), section(6)];
    if (!leadSection || !rhythmSection)
      throw badInput(
        file,
        `there is no section ${leadSection ? '6 (rhythm)' : '3 (leads)'}; the record holds no ECG to read`,
      );
    const definition = readLeads(leadSection, file);
    const [tableSection, placeSection, beatSection] = [section(2), section(4), section(5)];
    const tables = tableSection && readHuffmanTables(tableSection, file);
    const places = placeSection && readBeatPlaces(placeSection, file);
    const stored = readStored(rhythmSection, definition.leads.length, file);
    const storedBeat = beatSection && readStored(beatSection, definition.leads.length, file);
    const beat = storedBeat && referenceBeat(storedBeat, tables, places, file);
    const rhythm = decodeRhythm({ file, definition, stored, tables, places, beat });
    const measures = section(7);
    const signals = ({ leads }: Signals) =>
      leads.map((voltage_mV, lead) => ({ name: definition.leads[lead]?.name ?? '', voltage_mV }));
    const found = {
      sampleRate_Hz: 1e6 / rhythm.interval_us,
      signals: signals(rhythm),
      beat: beat && { sampleRate_Hz: 1e6 / beat.interval_us, signals: signals(beat) },
      measurements: measures && readMeasurements(measures),
      findings: doubtedSums(record),
    };
    return assembleEcg(file, found, options);
  },
};

/** A section whose sum fits; undefined where there is none. */
function intactSection({ sections }: ScpRecord, id: number, file: string): ScpSection | undefined {
  const section = sections.get(id);
  if (!section || section.isIntact) return section;
  throw badInput(
    file,
    `section ${id} (${SECTION_NAMES[id]}) does not fit its checksum (CRC-CCITT); the file is damaged, export it again`,
  );
}

/** A record whose names were taken out keeps the sums of before; that says nothing against its ECG. */
function doubtedSums({ sections, isIntact }: ScpRecord): Finding[] {
  if (isIntact && [...sections.values()].every((section) => section.isIntact)) return [];
  const message =
    'a checksum (CRC-CCITT) of the record or of a section that is not used does not fit; the sections of the ECG are intact';
  return [{ code: 'checksum-mismatch', severity: 'warning', message }];
}

interface Signals {
  readonly interval_us: number;
  /** mV, [leads][samples] */
  readonly leads: readonly Float64Array[];
}

/** The reference beat; undefined where nothing says how long it is. */
function referenceBeat(
  stored: StoredSamples,
  tables: HuffmanTable[] | undefined,
  places: BeatPlaces | undefined,
  file: string,
): Signals | undefined {
  const samples = tables
    ? Math.floor(((places?.beatLength_ms ?? 0) * 1000) / stored.interval_us)
    : Math.min(...stored.leads.map(({ length }) => length >> 1));
  if (samples === 0) return undefined;
  const leads = stored.leads.map((bytes, lead) => {
    const values = decodeLead(bytes, samples, tables, `${file}: section 5, lead ${lead + 1}`);
    sumDifferences(values, stored.differences);
    return values.map((value) => value * stored.step_mV);
  });
  return { interval_us: stored.interval_us, leads };
}

interface Rhythm {
  readonly file: string;
  readonly definition: LeadDefinition;
  readonly stored: StoredSamples;
  readonly tables: HuffmanTable[] | undefined;
  readonly places: BeatPlaces | undefined;
  readonly beat: Signals | undefined;
}

/** Rhythm at its full rate, every lead in its own place in time. */
function decodeRhythm({ file, definition, stored, tables, places, beat }: Rhythm): Signals {
  const { leads, isSubtracted } = definition;
  const isReduced = stored.isBimodal || isSubtracted;
  const factor = isReduced && beat ? stored.interval_us / beat.interval_us : 1;
  if (factor > 1 && !(Number.isInteger(factor) && factor <= MOST_DECIMATED))
    throw badInput(
      file,
      `the rhythm has a sample every ${stored.interval_us} µs, the reference beat every ${beat?.interval_us} µs; expected a whole ratio`,
    );
  if (isReduced && !places)
    throw badInput(file, 'the rhythm was compressed by its beats, and there is no section 4 that places them');
  if (isSubtracted && !beat)
    throw badInput(file, 'the reference beat was subtracted, and there is no section 5 that holds it');
  const decimated = Math.max(factor, 1);
  const start = Math.min(...leads.map(({ first }) => first));
  const end = Math.max(...leads.map(({ last }) => last));
  const signals = leads.map(({ first, last }, lead) => {
    const where = `${file}: section 6, lead ${lead + 1}`;
    const samples = last - first + 1;
    const zones = decimated > 1 && places ? zonesWithin(places.zones, first, last) : [];
    const count = decimated > 1 ? storedSamples(zones, first, last, decimated) : samples;
    const values = decodeLead(stored.leads[lead] as Uint8Array, count, tables, where);
    sumDifferences(values, stored.differences);
    for (let at = 0; at < count; at++) values[at] = (values[at] as number) * stored.step_mV;
    const signal = decimated > 1 ? new Float64Array(samples) : values;
    if (decimated > 1) unfoldBimodal(values, zones, first, decimated, signal);
    if (isSubtracted && places && beat) {
      const subtracted = places.beats.reduce((sum, { type, first, last }) => sum + (type === 0 ? last - first : 0), 0);
      if (subtracted > MOST_SUBTRACTED * samples)
        throw badInput(where, `beats of ${subtracted} samples in a rhythm of ${samples}`);
      addReferenceBeats(places, beat.leads[lead] as Float64Array, first, signal);
    }
    return { first, signal };
  });
  const longest = Math.max(...signals.map(({ signal }) => signal.length));
  if (end - start + 1 > 100 * longest)
    throw badInput(file, `leads of ${longest} samples lie ${end - start + 1} samples apart; section 3 is damaged`);
  return {
    interval_us: stored.interval_us / decimated,
    leads: signals.map(({ first, signal }) => {
      if (signal.length === end - start + 1) return signal;
      const placed = new Float64Array(end - start + 1).fill(Number.NaN);
      placed.set(signal, first - start);
      return placed;
    }),
  };
}

/** Stored values of a lead: Huffman codes, or 16 bits each where there are no tables. A code has at least one bit. */
function decodeLead(bytes: Uint8Array, count: number, tables: HuffmanTable[] | undefined, where: string): Float64Array {
  const most = tables ? bytes.length * 8 : bytes.length >> 1;
  const short = (found: number): never => {
    throw badInput(where, `${found} of ${count} samples; the record is damaged or was cut short`);
  };
  if (count > most) short(most);
  const values = new Float64Array(count);
  if (tables) {
    const found = decodeHuffman(bytes, tables, values);
    if (found < count) short(found);
    return values;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < count; at++) values[at] = view.getInt16(2 * at, true);
  return values;
}
