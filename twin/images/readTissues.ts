import type { ReadBeside } from '../formats/format.ts';
import { checkTissues } from './checkTissues.ts';
import { type CleanOptions, cleanLabels } from './cleanLabels.ts';
import type { LabelImage, LabelTable, Tissue } from './labelImage.ts';
import { type LabelVolume, labelVolumes } from './labelVolumes.ts';
import { readLabelImage } from './readLabelImage.ts';
import type { TissueImage } from './tissueImage.ts';
import { tissuesOf } from './tissuesOf.ts';

/** A label map from its file to what can be meshed. */
export interface ReadTissues {
  /** As the file has it */
  readonly image: LabelImage;
  readonly volumes: readonly LabelVolume[];
  /** Cleaned; its findings are all of reading, cleaning and the gates */
  readonly tissues: TissueImage;
}

/**
 * Reads a label map, names its tissues, mends and checks them.
 *
 * @param required  tissues without which the map is of no use
 * @throws TwinError BadInput when the file is no label map of this table; BadAnatomy when what it shows cannot be a heart
 */
export function readTissues(
  name: string,
  bytes: Uint8Array,
  beside: ReadBeside,
  {
    table,
    required = [],
    cleaning = {},
  }: { table: LabelTable; required?: readonly Tissue[]; cleaning?: Partial<CleanOptions> },
): ReadTissues {
  const image = readLabelImage(name, bytes, beside);
  const cleaned = cleanLabels(tissuesOf(image, table, { name, required }), name, cleaning);
  const tissues = { ...cleaned, findings: [...cleaned.findings, ...checkTissues(cleaned, name)] };
  return { image, volumes: labelVolumes(image), tissues };
}
