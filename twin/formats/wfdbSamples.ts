/** How a WFDB signal format packs its samples. */
export interface SamplePacking {
  /** Bits a sample takes, and those of a last group that is not full */
  readonly bits: number;
  /** Three samples in four bytes, the first of them in the first two */
  readonly isThirds?: boolean;
  /** Steps are added up from the header's initial value on */
  readonly isDifferences?: boolean;
  /** The step that marks a missing sample; differences have none */
  readonly missing: number | undefined;
  /** Step of the sample at an index, counted from a byte offset */
  readonly step: (bytes: DataView, offset: number, index: number) => number;
}

const int16 = (isLittle: boolean) => (bytes: DataView, offset: number, index: number) =>
  bytes.getInt16(offset + 2 * index, isLittle);

const signed10 = (bits: number): number => (bits << 22) >> 22;

/** Formats that are read, by their WFDB number. Source: WFDB Applications Guide, signal(5) (PhysioNet). */
export const SAMPLE_PACKINGS: Readonly<Record<number, SamplePacking>> = {
  8: {
    bits: 8,
    missing: undefined,
    isDifferences: true,
    step: (bytes, offset, index) => bytes.getInt8(offset + index),
  },
  16: { bits: 16, missing: -(2 ** 15), step: int16(true) },
  24: {
    bits: 24,
    missing: -(2 ** 23),
    step: (bytes, offset, index) => {
      const at = offset + 3 * index;
      return bytes.getUint16(at, true) | (bytes.getInt8(at + 2) << 16);
    },
  },
  32: { bits: 32, missing: -(2 ** 31), step: (bytes, offset, index) => bytes.getInt32(offset + 4 * index, true) },
  61: { bits: 16, missing: -(2 ** 15), step: int16(false) },
  80: { bits: 8, missing: -(2 ** 7), step: (bytes, offset, index) => bytes.getUint8(offset + index) - 128 },
  160: {
    bits: 16,
    missing: -(2 ** 15),
    step: (bytes, offset, index) => bytes.getUint16(offset + 2 * index, true) - 2 ** 15,
  },
  212: {
    bits: 12,
    missing: -(2 ** 11),
    step: (bytes, offset, index) => {
      const at = offset + 3 * (index >>> 1);
      const shared = bytes.getUint8(at + 1);
      const low = index % 2 === 0 ? bytes.getUint8(at) : bytes.getUint8(at + 2);
      const high = index % 2 === 0 ? shared & 15 : shared >>> 4;
      return ((low | (high << 8)) << 20) >> 20;
    },
  },
  310: {
    bits: 10,
    missing: -(2 ** 9),
    isThirds: true,
    step: (bytes, offset, index) => {
      const at = offset + 4 * Math.floor(index / 3);
      const place = index % 3;
      if (place < 2) return signed10(bytes.getUint16(at + 2 * place, true) >>> 1);
      return signed10((bytes.getUint16(at, true) >>> 11) | ((bytes.getUint16(at + 2, true) >>> 11) << 5));
    },
  },
  311: {
    bits: 10,
    missing: -(2 ** 9),
    isThirds: true,
    step: (bytes, offset, index) => {
      const at = offset + 4 * Math.floor(index / 3);
      const place = index % 3;
      return signed10(place === 0 ? bytes.getUint16(at, true) : bytes.getUint32(at, true) >>> (10 * place));
    },
  },
};

/** FLAC inside, by bits of a sample. */
export const FLAC_FORMATS: readonly number[] = [508, 516, 524];

/** Whole samples that a number of bytes holds. */
export function samplesIn(bytes: number, { bits, isThirds }: SamplePacking): number {
  const present = Math.max(bytes, 0);
  if (isThirds) return 3 * Math.floor(present / 4) + (present % 4 >= 2 ? 1 : 0);
  return Math.floor((present * 8) / bits);
}
