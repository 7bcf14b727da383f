import type { Finding } from '../errors.ts';
import { badInput } from '../formats/badInput.ts';
import { BYTES_PER, type NumberType } from '../formats/numberType.ts';

/** How far from a whole number a label may lie: label maps that were scaled or resampled in single precision. */
const ROUNDED = 0.01;
/** A table of labels has a few values, a body in all its parts a hundred; an image of grey values has more. */
const MOST_LABELS = 256;

/** Where and how a file keeps its voxels. */
export interface StoredVoxels {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly count: number;
  readonly type: NumberType;
  readonly isLittleEndian: boolean;
  /** Label = slope · stored + intercept */
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Labels from stored numbers. Values within 0.01 of a whole number are rounded and reported.
 *
 * @throws TwinError BadInput when there are fewer bytes than voxels, when values are negative, not whole, above 65,535, or too many kinds for labels
 */
export function labelsOf(stored: StoredVoxels, fileName: string): { labels: Uint16Array; findings: Finding[] } {
  const { bytes, offset, count, type, slope, intercept } = stored;
  const present = Math.max(0, Math.floor((bytes.length - offset) / BYTES_PER[type]));
  if (present < count)
    throw badInput(
      fileName,
      `the header promises ${count} voxels, the file holds ${present}; it was probably cut short while copied`,
    );
  const labels = new Uint16Array(count);
  const isPlain = slope === 1 && intercept === 0;
  if (type === 'uint8' && isPlain) {
    labels.set(bytes.subarray(offset, offset + count));
    return { labels, findings: [] };
  }
  const read = reader(stored);
  const isSeen = new Uint8Array(65_536);
  let kinds = 0;
  let rounded = 0;
  let negative = 0;
  let lowest = 0;
  let odd = Number.NaN;
  let oddCount = 0;
  for (let at = 0; at < count; at++) {
    const value = isPlain ? read(at) : slope * read(at) + intercept;
    const whole = Math.round(value);
    if (!(Math.abs(value - whole) <= ROUNDED && whole <= 65_535)) {
      if (oddCount++ === 0) odd = value;
      continue;
    }
    if (whole < 0) {
      negative++;
      lowest = Math.min(lowest, whole);
      continue;
    }
    if (value !== whole) rounded++;
    if (isSeen[whole] === 0) {
      isSeen[whole] = 1;
      kinds++;
    }
    labels[at] = whole;
  }
  const refuse = (what: string): never => {
    throw badInput(
      fileName,
      `${what}; this is not a label map but probably the image itself; name the segmentation instead`,
    );
  };
  if (oddCount > 0)
    refuse(
      `${oddCount} voxels are no whole number from 0 to 65535 (the first is ${Number(odd.toPrecision(6))}), expected labels within ${ROUNDED} of one`,
    );
  if (negative > 0) refuse(`${negative} voxels are negative (down to ${lowest}), expected labels from 0 on`);
  if (kinds > MOST_LABELS) refuse(`the voxels have ${kinds} different values, expected at most ${MOST_LABELS} labels`);
  return {
    labels,
    findings:
      rounded === 0
        ? []
        : [
            {
              code: 'labels-rounded',
              severity: 'repaired',
              count: rounded,
              message: `${rounded} voxels of ${fileName} were no whole numbers; each lay within ${ROUNDED} of a label and was rounded to it`,
            },
          ],
  };
}

/** Reads one stored number. Bytes need not be aligned. */
function reader({ bytes, offset, type, isLittleEndian }: StoredVoxels): (at: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.byteLength - offset);
  switch (type) {
    case 'int8':
      return (at) => view.getInt8(at);
    case 'uint8':
      return (at) => view.getUint8(at);
    case 'int16':
      return (at) => view.getInt16(2 * at, isLittleEndian);
    case 'uint16':
      return (at) => view.getUint16(2 * at, isLittleEndian);
    case 'int32':
      return (at) => view.getInt32(4 * at, isLittleEndian);
    case 'uint32':
      return (at) => view.getUint32(4 * at, isLittleEndian);
    case 'float32':
      return (at) => view.getFloat32(4 * at, isLittleEndian);
    case 'float64':
      return (at) => view.getFloat64(8 * at, isLittleEndian);
    case 'int64':
      return (at) => Number(view.getBigInt64(8 * at, isLittleEndian));
    case 'uint64':
      return (at) => Number(view.getBigUint64(8 * at, isLittleEndian));
    default:
      return type satisfies never;
  }
}
