import { badInput } from '../badInput.ts';

/** One section of a record, its header still in front. */
export interface ScpSection {
  readonly id: number;
  /** From the section's first byte to its last */
  readonly view: DataView;
  readonly isIntact: boolean;
}

/** A record's sections by their number, and whether the sum over all of it fits. */
export interface ScpRecord {
  readonly sections: ReadonlyMap<number, ScpSection>;
  readonly isIntact: boolean;
}

/** CRC and length of the record stand before its first section. */
const RECORD_HEADER = 6;
/** CRC, number, length, two versions and six reserved bytes stand before a section's content. */
export const SECTION_HEADER = 16;
const POINTER = 10;

/**
 * Finds the sections of an SCP-ECG record by the pointers of its section 0. Sums are computed, not judged: a record whose names were taken out
 * may have wrong ones where nothing is read from.
 *
 * Source: EN 1064, sections 5.2 and 5.3.
 * @throws TwinError BadInput where the record is shorter than it says or a pointer leads out of it
 */
export function findSections(bytes: Uint8Array, file: string): ScpRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < RECORD_HEADER + SECTION_HEADER)
    throw badInput(file, `${bytes.length} bytes are too few for an SCP-ECG record; it was probably cut short`);
  const length = view.getUint32(2, true);
  if (length > bytes.length)
    throw badInput(
      file,
      `the record promises ${length} bytes, the file holds ${bytes.length}; it was probably cut short while copied`,
    );
  if (length < RECORD_HEADER + SECTION_HEADER)
    throw badInput(file, `the record promises ${length} bytes, fewer than its own header has`);
  const pointers = view.getUint32(RECORD_HEADER + 4, true);
  if (pointers < SECTION_HEADER || RECORD_HEADER + pointers > length)
    throw badInput(file, `section 0 promises ${pointers} bytes of a record of ${length}`);
  const sections = new Map<number, ScpSection>();
  for (let at = RECORD_HEADER + SECTION_HEADER; at + POINTER <= RECORD_HEADER + pointers; at += POINTER) {
    const id = view.getUint16(at, true);
    const size = view.getUint32(at + 2, true);
    const start = view.getUint32(at + 6, true) - 1;
    if (size === 0 || sections.has(id)) continue;
    if (size < SECTION_HEADER || start < 0 || start + size > length)
      throw badInput(
        file,
        `section ${id} should stand at byte ${start + 1} with ${size} bytes, the record has ${length}`,
      );
    const section = bytes.subarray(start, start + size);
    const head = new DataView(section.buffer, section.byteOffset, section.byteLength);
    if (head.getUint16(2, true) !== id)
      throw badInput(file, `section ${id} is numbered ${head.getUint16(2, true)} where the pointers say it stands`);
    sections.set(id, { id, view: head, isIntact: crcCcitt(section.subarray(2)) === head.getUint16(0, true) });
  }
  return { sections, isIntact: crcCcitt(bytes.subarray(2, length)) === view.getUint16(0, true) };
}

/** Remainder of each byte's division by x¹⁶ + x¹² + x⁵ + 1. */
const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC-CCITT as EN 1064 takes it: most significant bit first, from 0xFFFF. */
export function crcCcitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (let at = 0; at < bytes.length; at++)
    crc = ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >>> 8) ^ (bytes[at] as number)] as number);
  return crc;
}
