/** Recorders' exports in XML, made by hand from their descriptions: tiny, with people's data that must get nowhere. */

/** Steps of each lead by its name there. */
export type Steps = Readonly<Record<string, Int16Array>>;

/** What no recording and no message may ever hold. */
export const PRIVATE = ['Doe', '19530508', 'River Street'];
const PERSON = PRIVATE.join(' ');

export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** Little-endian 16-bit samples in base64, broken into lines as exports are. */
export function base64Of(steps: ArrayLike<number>): string {
  const bytes = Buffer.alloc(2 * steps.length);
  Array.from(steps).forEach((step, at) => {
    bytes.writeInt16LE(step, 2 * at);
  });
  return bytes.toString('base64').replace(/(.{76})/g, '$1\r\n');
}

/** Sawtooth-like steps that differ by lead, so that no two can be mistaken. */
export function someSteps(samples: number, seed: number): Int16Array {
  return Int16Array.from(
    { length: samples },
    (_, at) => Math.round(90 * Math.sin(0.21 * at + seed) + ((at * seed) % 7)) - seed,
  );
}

export const TWELVE = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
export const EIGHT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

export const stepsOf = (leads: readonly string[], samples: number): Steps =>
  Object.fromEntries(leads.map((lead, at) => [lead, someSteps(samples, at + 1)]));

const cells = (steps: ArrayLike<number>, separator: string): string => Array.from(steps).join(separator);
const each = (steps: Steps, write: (lead: string, values: ArrayLike<number>) => string): string =>
  Object.entries(steps)
    .map(([lead, values]) => write(lead, values))
    .join('\n');

export function cardioSoftXml(
  strip: Steps,
  median: Steps | undefined,
  more: { block?: string; measured?: string } = {},
): string {
  const block = (name: string, steps: Steps): string => `<${name}>
    <NumberOfLeads>${Object.keys(steps).length}</NumberOfLeads><SampleRate units="Hz">500</SampleRate>
    <ChannelSampleCountTotal>${Object.values(steps)[0]?.length ?? 0}</ChannelSampleCountTotal>
    ${more.block ?? '<Resolution units="uVperLsb">5</Resolution>'}
    ${each(steps, (lead, values) => `<WaveformData lead="${lead}">\t\t\t${cells(values, ',').replace(/^((?:[^,]*,){3})/, '$1\n\t\t\t')}</WaveformData>`)}
  </${name}>`;
  const measured =
    more.measured ??
    `<VentricularRate units="BPM">61</VentricularRate><PQInterval units="ms">148</PQInterval><PDuration units="ms">102</PDuration>
    <QRSDuration units="ms">98</QRSDuration><QTInterval units="ms">420</QTInterval><QTCInterval units="ms">423</QTCInterval>
    <PAxis units="degrees">44</PAxis><RAxis units="degrees">-61</RAxis><TAxis units="degrees"></TAxis>`;
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>
<CardiologyXML>
  <PatientInfo><PID>${PERSON}</PID><Name><FamilyName>${PERSON} M\xfcller</FamilyName></Name></PatientInfo>
  <RestingECGMeasurements>${measured}${median ? block('MedianSamples', median) : ''}</RestingECGMeasurements>
  ${block('StripData', strip)}
</CardiologyXML>`;
}

export interface MuseChange {
  readonly doctype?: string;
  /** Elements put in front of each lead's own, which then are the first and count */
  readonly lead?: string;
  readonly rhythm?: string;
  readonly crc?: (steps: ArrayLike<number>) => number;
  readonly data?: (base64: string) => string;
}

export function museXml(rhythm: Steps, median: Steps | undefined, change: MuseChange = {}): string {
  const waveform = (
    type: string,
    steps: Steps,
  ): string => `<Waveform><WaveformType>${type}</WaveformType>${type === 'Rhythm' ? (change.rhythm ?? '') : ''}
    <NumberofLeads>${Object.keys(steps).length}</NumberofLeads><SampleType>CONTINUOUS_SAMPLES</SampleType>
    <SampleBase>500</SampleBase><SampleExponent>0</SampleExponent>
    ${each(steps, (lead, values) => {
      const base64 = base64Of(values);
      return `<LeadData>${change.lead ?? ''}<LeadByteCountTotal>${2 * values.length}</LeadByteCountTotal><LeadTimeOffset>0</LeadTimeOffset>
      <LeadSampleCountTotal>${values.length}</LeadSampleCountTotal><LeadAmplitudeUnitsPerBit>4.88</LeadAmplitudeUnitsPerBit>
      <LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>${lead}</LeadID><LeadOffsetFirstSample>0</LeadOffsetFirstSample>
      <FirstSampleBaseline>0</FirstSampleBaseline><LeadSampleSize>2</LeadSampleSize><LeadOff>FALSE</LeadOff>
      ${change.crc ? `<LeadDataCRC32>${change.crc(values)}</LeadDataCRC32>` : ''}
      <WaveFormData>${change.data ? change.data(base64) : base64}</WaveFormData></LeadData>`;
    })}</Waveform>`;
  const measured = (qrs: number): string => `<VentricularRate>48</VentricularRate><PRInterval>138</PRInterval>
    <QRSDuration>${qrs}</QRSDuration><QTInterval>452</QTInterval><QTCorrected>403</QTCorrected><PAxis>51</PAxis><RAxis>20</RAxis>
    <TAxis>40</TAxis><POnset>147</POnset><POffset>200</POffset><ECGSampleBase>500</ECGSampleBase><ECGSampleExponent>0</ECGSampleExponent>`;
  return `<?xml version="1.0" encoding="ISO-8859-1"?>
${change.doctype ?? '<!DOCTYPE RestingECG SYSTEM "restecg.dtd">'}
<RestingECG>
  <PatientDemographics><PatientID>${PERSON}</PatientID><PatientLastName>${PERSON}</PatientLastName></PatientDemographics>
  <RestingECGMeasurements>${measured(110)}</RestingECGMeasurements>
  <OriginalRestingECGMeasurements>${measured(96)}</OriginalRestingECGMeasurements>
  ${median ? waveform('Median', median) : ''}
  ${waveform('Rhythm', rhythm)}
</RestingECG>`;
}

export interface PhilipsChange {
  readonly version?: string;
  readonly acquisition?: string;
  readonly duration_ms?: number;
  readonly attributes?: string;
  readonly measured?: string;
  readonly beat?: Steps;
}

/** @param waveforms  content of `parsedwaveforms` */
export function philipsXml(waveforms: string, samples: number, change: PhilipsChange = {}): string {
  const beat = change.beat
    ? `<repbeats dataencoding="Base64" samplespersec="1000" resolution="2.5">${each(
        change.beat,
        (lead, values) =>
          `<repbeat leadname="${lead}"><qrsdur>102</qrsdur><waveform duration="1200">${base64Of(values)}</waveform></repbeat>`,
      )}</repbeats>`
    : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<restingecgdata xmlns="http://www3.medical.philips.com">
  <documentinfo><documentversion>${change.version ?? '1.03'}</documentversion></documentinfo>
  <patient><generalpatientdata><name><lastname>${PERSON}</lastname></name></generalpatientdata></patient>
  <dataacquisition><signalcharacteristics><samplingrate>500</samplingrate><signalresolution>5</signalresolution>
    <acquisitiontype>${change.acquisition ?? 'STD-12'}</acquisitiontype><bitspersample>16</bitspersample><signaloffset>0</signaloffset>
    <signalsigned>True</signalsigned><numberchannelsallocated>12</numberchannelsallocated></signalcharacteristics></dataacquisition>
  <measurements><globalmeasurements><meanventrate>64</meanventrate><meanqrsdur>104</meanqrsdur><pfrontaxis>264</pfrontaxis></globalmeasurements></measurements>
  <interpretations><interpretation>${change.measured ?? '<interpretationmeasurements><heartrate>64</heartrate><meanqrsdur>102</meanqrsdur><tfrontaxis>Failed</tfrontaxis></interpretationmeasurements>'}</interpretation></interpretations>
  <waveforms><parsedwaveforms ${change.attributes ?? 'compressflag="True" compressmethod="XLI" dataencoding="Base64"'}
    durationperchannel="${change.duration_ms ?? 2 * samples}">${waveforms}</parsedwaveforms>${beat}</waveforms>
</restingecgdata>`;
}

/** Channels by XLI: second differences, byte planes, codes of 10 bits. */
export function xliOf(channels: readonly ArrayLike<number>[]): Buffer {
  return Buffer.concat(
    channels.map((x) => {
      const at = (i: number): number => x[i] ?? 0;
      const values = Array.from(x, (value, i) =>
        i < 2 ? value : i + 1 < x.length ? 64 + 2 * at(i) - at(i - 1) - at(i + 1) : 64,
      );
      const planes = [...values.map((value) => (value >> 8) & 255), ...values.map((value) => value & 255)];
      const codes = packCodes(lzwCodes(planes));
      const header = Buffer.alloc(8);
      header.writeUInt32LE(codes.length, 0);
      header.writeInt16LE(((2 * at(1) - at(0) - at(2)) << 16) >> 16, 6);
      return Buffer.concat([header, codes]);
    }),
  );
}

export function lzwCodes(bytes: readonly number[]): number[] {
  const known = new Map<string, number>(Array.from({ length: 256 }, (_, code) => [String(code), code]));
  const codes: number[] = [];
  let word = '';
  for (const byte of bytes) {
    const longer = word === '' ? String(byte) : `${word} ${byte}`;
    if (known.has(longer)) {
      word = longer;
      continue;
    }
    codes.push(known.get(word) ?? 0);
    if (known.size <= 1022) known.set(longer, known.size);
    word = String(byte);
  }
  if (word !== '') codes.push(known.get(word) ?? 0);
  return codes;
}

export function packCodes(codes: readonly number[]): Buffer {
  const bits = codes.map((code) => code.toString(2).padStart(10, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** Stored limb leads: III and the augmented ones as what they depart by from what I and II say, halves cut towards zero. */
export function residuals(leads: readonly ArrayLike<number>[]): number[][] {
  const [one = [], two = [], three = [], avr = [], avl = [], avf = [], ...chest] = leads.map((lead) =>
    Array.from(lead),
  );
  const all = (of: (i: number, a: number, b: number, c: number) => number): number[] =>
    one.map((a, i) => of(i, a, two[i] ?? 0, three[i] ?? 0));
  return [
    one,
    two,
    all((_, a, b, c) => b - a - c),
    all((i, a, b) => -(avr[i] ?? 0) - Math.trunc((a + b) / 2)),
    all((i, a, _b, c) => Math.trunc((a - c) / 2) - (avl[i] ?? 0)),
    all((i, _a, b, c) => Math.trunc((b + c) / 2) - (avf[i] ?? 0)),
    ...chest,
  ];
}

export interface AecgChange {
  readonly increment?: string;
  readonly scale?: string;
  readonly annotations?: string;
  readonly extraSet?: string;
  /** In front of every element's name */
  readonly prefix?: string;
}

export function aecgXml(rhythm: Steps, beat: Steps | undefined, change: AecgChange = {}): string {
  const sequence = (code: string, value: string): string =>
    `<component><sequence><code code="${code}"/><value>${value}</value></sequence></component>`;
  const set = (time: string, steps: Steps): string => `<component><sequenceSet>
    ${sequence(time, `<head value="20021122091000.000"/>${change.increment ?? '<increment value="0.002" unit="s"/>'}`)}
    ${each(steps, (lead, values) => sequence(`MDC_ECG_LEAD_${lead.toUpperCase()}`, `<origin value="1" unit="mV"/>${change.scale ?? '<scale value="2.5" unit="uV"/>'}<digits>${cells(values, ' ').replace(/ (?=\S* \S*$)/, '\n   ')}</digits>`))}
    </sequenceSet></component>`;
  const derived = beat
    ? `<derivation><derivedSeries><code code="REPRESENTATIVE_BEAT"/>${set('TIME_RELATIVE', beat)}</derivedSeries></derivation>`
    : '';
  const text = `<AnnotatedECG xmlns="urn:hl7-org:v3">
  <componentOf><subject><name>${PERSON}</name><birthTime value="${PERSON}"/></subject></componentOf>
  <component><series><code code="RHYTHM"/>${set('TIME_ABSOLUTE', rhythm)}${change.extraSet ?? ''}
    ${change.annotations ?? ''}${derived}</series></component>
</AnnotatedECG>`;
  return change.prefix === undefined
    ? text
    : text.replace(/(<\/?)(?=\w)/g, `$1${change.prefix}`).replace('xmlns=', `xmlns:${change.prefix.replace(':', '')}=`);
}

export const annotation = (code: string, value: string, within = ''): string =>
  `<component><annotation><code code="${code}"/>${value}${within}</annotation></component>`;

export const annotationSet = (annotations: string, author = '<assignedDevice/>'): string =>
  `<subjectOf><annotationSet><author><assignedEntity><assignedAuthorType>${author}</assignedAuthorType></assignedEntity></author>${annotations}</annotationSet></subjectOf>`;
