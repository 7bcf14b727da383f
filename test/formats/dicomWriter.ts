import { join, pack } from './writers.ts';

/** How a file stores its elements. */
export type Syntax = 'implicit' | 'explicit' | 'bigEndian';

const SYNTAXES: Readonly<Record<Syntax, string>> = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  bigEndian: '1.2.840.10008.1.2.2',
};

/** One element: group and element number, value representation, and its content; of a sequence its items. */
export type WrittenElement = readonly [
  tag: number,
  vr: string,
  content: string | Uint8Array | readonly (readonly WrittenElement[])[],
];

export interface WrittenChannel {
  /** Code of the source, or none: then the label stands alone */
  readonly code?: string;
  readonly label?: string;
  readonly unit?: string;
  readonly sensitivity?: string;
  readonly correction?: string;
  readonly baseline?: string;
  readonly skew?: string;
}

export interface WrittenGroup {
  readonly label: string;
  readonly originality: 'ORIGINAL' | 'DERIVED';
  readonly rate_Hz: number;
  readonly offset_ms?: number;
  readonly channels: readonly WrittenChannel[];
  /** [samples][channels] */
  readonly steps: readonly (readonly number[])[];
  readonly bits?: 8 | 16 | 32;
  readonly padding?: number;
  /** Samples that are promised, where that is not as many as there are */
  readonly promised?: number;
}

export interface DicomContent {
  readonly groups: readonly WrittenGroup[];
  readonly storageClass?: string;
  readonly syntax?: Syntax;
  readonly measures?: readonly {
    readonly code: string;
    readonly meaning: string;
    readonly value: string;
    readonly unit: string;
  }[];
  readonly more?: readonly WrittenElement[];
}

const LONG_LENGTHS = ['OB', 'OW', 'SQ', 'UN', 'UT'];

/** Writes elements; sequences have known lengths, their items known or unknown ones by turns. */
export function writeElements(elements: readonly WrittenElement[], syntax: Syntax): Uint8Array {
  const isLittle = syntax !== 'bigEndian';
  const tagOf = (tag: number): Uint8Array =>
    pack(
      [tag >>> 16, tag & 0xffff].map((half) => (half << 16) >> 16),
      'i16',
      isLittle,
    );
  const length32 = (length: number): Uint8Array => pack([length], 'u32', isLittle);
  const written = [...elements]
    .sort(([a], [b]) => a - b)
    .map(([tag, vr, content]) => {
      const body =
        typeof content === 'string'
          ? join(content, content.length % 2 === 1 ? ' ' : '')
          : content instanceof Uint8Array
            ? join(content, new Uint8Array(content.length % 2))
            : join(
                ...content.map((item, index) => {
                  const inside = writeElements(item, syntax);
                  const isKnown = index % 2 === 0;
                  const end = isKnown ? new Uint8Array() : join(tagOf(0xfffee00d), length32(0));
                  return join(tagOf(0xfffee000), length32(isKnown ? inside.length : 0xffffffff), inside, end);
                }),
              );
      if (syntax === 'implicit') return join(tagOf(tag), length32(body.length), body);
      const length = LONG_LENGTHS.includes(vr)
        ? join('\0\0', length32(body.length))
        : pack([(body.length << 16) >> 16], 'i16', isLittle);
      return join(tagOf(tag), vr, length, body);
    });
  return join(...written);
}

/** A file's first bytes: preamble, mark, and the syntax of what follows. */
export function writeHead(uid: string): Uint8Array {
  const syntaxElement = writeElements([[0x00020010, 'UI', uid.length % 2 === 1 ? `${uid}\0` : uid]], 'explicit');
  return join(
    new Uint8Array(128),
    'DICM',
    writeElements([[0x00020000, 'UL', pack([syntaxElement.length], 'u32', true)]], 'explicit'),
    syntaxElement,
  );
}

/** Writes an ECG object as PS3.3 has it. */
export function writeDicom({
  groups,
  storageClass = '1.2.840.10008.5.1.4.1.1.9.1.1',
  syntax = 'explicit',
  measures = [],
  more = [],
}: DicomContent): Uint8Array {
  const isLittle = syntax !== 'bigEndian';
  const number = (value: number, kind: 'i16' | 'u32'): Uint8Array => pack([value], kind, isLittle);
  const code = (value: string, scheme: string, meaning: string): WrittenElement[] => [
    [0x00080100, 'SH', value],
    [0x00080102, 'SH', scheme],
    [0x00080104, 'LO', meaning],
  ];
  const channel = ({
    code: source,
    label,
    unit = 'uV',
    sensitivity = '1',
    correction,
    baseline,
    skew,
  }: WrittenChannel): WrittenElement[] => [
    ...(label ? [[0x003a0203, 'SH', label] as const] : []),
    [0x003a0208, 'SQ', source ? [code(source, 'SCPECG', 'a lead')] : []],
    [0x003a0210, 'DS', sensitivity],
    [0x003a0211, 'SQ', [code(unit, 'UCUM', 'a unit')]],
    ...(correction ? [[0x003a0212, 'DS', correction] as const] : []),
    ...(baseline ? [[0x003a0213, 'DS', baseline] as const] : []),
    ...(skew ? [[0x003a0215, 'DS', skew] as const] : []),
  ];
  const samples = (steps: readonly number[], bits: 8 | 16 | 32): Uint8Array =>
    bits === 8
      ? pack(
          steps.map((step) => step & 255),
          'u8',
          isLittle,
        )
      : pack(steps, bits === 16 ? 'i16' : 'i32', isLittle);
  const group = ({
    label,
    originality,
    rate_Hz,
    offset_ms,
    channels,
    steps,
    bits = 16,
    padding,
    promised,
  }: WrittenGroup): WrittenElement[] => [
    ...(offset_ms === undefined ? [] : [[0x00181068, 'DS', String(offset_ms)] as const]),
    [0x003a0004, 'CS', originality],
    [0x003a0005, 'US', number(channels.length, 'i16')],
    [0x003a0010, 'UL', number(promised ?? steps.length, 'u32')],
    [0x003a001a, 'DS', String(rate_Hz)],
    [0x003a0020, 'SH', label],
    [0x003a0200, 'SQ', channels.map(channel)],
    [0x54001004, 'US', number(bits, 'i16')],
    [0x54001006, 'CS', { 8: 'SB', 16: 'SS', 32: 'SL' }[bits]],
    ...(padding === undefined ? [] : [[0x5400100a, 'OW', samples([padding], bits)] as const]),
    [0x54001010, 'OW', samples(steps.flat(), bits)],
  ];
  const annotations = measures.map(({ code: concept, meaning, value, unit }): WrittenElement[] => [
    [0x004008ea, 'SQ', [code(unit, 'UCUM', unit)]],
    [0x0040a043, 'SQ', [code(concept, 'SCPECG', meaning)]],
    [0x0040a30a, 'DS', value],
  ]);
  const body: WrittenElement[] = [
    [0x00080016, 'UI', storageClass],
    [0x00080060, 'CS', 'ECG'],
    ...more,
    ...(annotations.length > 0 ? [[0x0040b020, 'SQ', annotations] as const] : []),
    ...(groups.length > 0 ? [[0x54000100, 'SQ', groups.map(group)] as const] : []),
  ];
  return join(writeHead(SYNTAXES[syntax]), writeElements(body, syntax));
}
