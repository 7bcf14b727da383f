/** How a WFDB signal format packs its samples. */
export interface SamplePacking {
  /** Bits a sample takes on average */
  readonly bits: number;
  /** The step that marks a missing sample */
  readonly missing: number;
  /** Step of the sample at an index, counted from a byte offset */
  readonly step: (bytes: DataView, offset: number, index: number) => number;
}

const int16 = (isLittle: boolean) => (bytes: DataView, offset: number, index: number) =>
  bytes.getInt16(offset + 2 * index, isLittle);

/** Formats that are read, by their WFDB number. Source: WFDB Applications Guide, signal(5) (PhysioNet). */
export const SAMPLE_PACKINGS: Readonly<Record<number, SamplePacking>> = {
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
};

/** Whole samples that a number of bytes holds. */
export function samplesIn(bytes: number, { bits }: SamplePacking): number {
  return Math.floor((Math.max(bytes, 0) * 8) / bits);
}
