import { TwinError } from '../errors.ts';
import { type LabelImage, type LabelTable, TISSUES, type Tissue } from './labelImage.ts';
import { labelVolumes, listLabels } from './labelVolumes.ts';
import type { TissueImage } from './tissueImage.ts';

/**
 * Says of every voxel what tissue it is. Labels that stand nowhere in the table are background, and tissues of the table that the map lacks are left out;
 * whether what is there suffices is the caller's to say, by `required`.
 *
 * @param name      file name, for messages
 * @param required  tissues without which the map is of no use
 * @throws TwinError BadInput when a label stands twice in the table, when no label of it is in the map, or a required tissue is missing
 */
export function tissuesOf(
  image: LabelImage,
  table: LabelTable,
  { name = 'label map', required = [] }: { readonly name?: string; readonly required?: readonly Tissue[] } = {},
): TissueImage {
  const tissueOf = new Map<number, Tissue>();
  for (const tissue of TISSUES) {
    for (const label of table[tissue] ?? []) {
      const other = tissueOf.get(label);
      if (other !== undefined || label === 0)
        throw new TwinError(
          'BadStudy',
          `label ${label} stands for ${label === 0 ? `${tissue}, but 0 is always background` : `${other} and for ${tissue}`}; expected one tissue for each label`,
          { label },
        );
      tissueOf.set(label, tissue);
    }
  }
  const found = labelVolumes(image);
  const present = new Set(found.flatMap(({ label }) => tissueOf.get(label) ?? []));
  const tissues = TISSUES.filter((tissue) => present.has(tissue));
  const missing = required.filter((tissue) => !present.has(tissue));
  if (tissues.length === 0 || missing.length > 0) {
    const expected = TISSUES.filter((tissue) => table[tissue]?.length).map(
      (tissue) => `${table[tissue]?.join('/')} ${tissue}`,
    );
    throw new TwinError(
      'BadInput',
      `${name}: ${tissues.length === 0 ? 'none of the labels of the table is in the map' : `the map lacks ${missing.join(', ')}`}; found ${listLabels(found)}, expected ${expected.join(', ')}; choose the table that the map was made with`,
      { file: name, labels: found.map(({ label }) => label) },
    );
  }
  const codes = new Uint8Array(65_536);
  for (const [label, tissue] of tissueOf) codes[label] = tissues.indexOf(tissue) + 1;
  const voxels = new Uint8Array(image.labels.length);
  for (let at = 0; at < voxels.length; at++) voxels[at] = codes[image.labels[at]];
  return { size: image.size, voxels, tissues, affine: image.affine, findings: image.findings };
}
