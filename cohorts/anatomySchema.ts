import { z } from 'zod';
import { DEFAULT_ANATOMY, type RepairSettings } from '../twin/anatomy/anatomy.ts';
import { DEFAULT_TORSO } from '../twin/conductor/torsoModel.ts';
import { DEFAULT_IMAGES, TISSUES } from '../twin/images/labelImage.ts';
import { LABEL_TABLES } from '../twin/images/labelTables.ts';
import { conductivity, mapping, realNumber, wholeNumber, word } from './schemaParts.ts';

const tags = z
  .array(wholeNumber(0, 2 ** 31 - 1), 'a list of tags such as [1]')
  .min(1, 'at least one tag')
  .max(1000, 'at most 1000 tags');

const repairSwitch = (name: Exclude<keyof RepairSettings, 'most'>, description: string) =>
  z.boolean('true or false').default(DEFAULT_ANATOMY.repair[name]).describe(description);

/** How meshes become anatomies. */
export const anatomy = z.strictObject(
  {
    unit: word(['auto', 'um', 'mm', 'cm', 'm'])
      .default(DEFAULT_ANATOMY.unit)
      .describe('Unit of the mesh files; auto takes the format’s own, else the only one that gives a plausible heart.'),
    regions: z
      .strictObject(
        {
          lv: tags.optional(),
          rv: tags.optional(),
          scar: tags.optional(),
          la: tags.optional(),
          ra: tags.optional(),
          other: tags.optional(),
        },
        'a mapping of lv, rv, scar, la, ra and other',
      )
      .prefault({})
      .describe(
        'Tags of each region in the mesh files; a region left out is found by geometry (lv, rv) or absent (scar, la, ra); tetrahedra of other are left out.',
      )
      .refine(haveNoCommonTag, 'each tag under one region only'),
    fibres: word(['auto', 'file', 'rule'])
      .default(DEFAULT_ANATOMY.fibres)
      .describe('file: the mesh’s own, an error without; rule: made here; auto: the mesh’s own where it has them.'),
    repair: z
      .strictObject(
        {
          reorient: repairSwitch('reorient', 'Turn tetrahedra of negative orientation.'),
          mergeDuplicates: repairSwitch('mergeDuplicates', 'Make nodes at exactly the same place one.'),
          dropDegenerate: repairSwitch('dropDegenerate', 'Leave out tetrahedra that are flat or stand twice.'),
          keepLargestPart: repairSwitch(
            'keepLargestPart',
            'Leave out detached parts of less than 1 % of the volume, in label maps islands of a tissue.',
          ),
          fillHoles: repairSwitch('fillHoles', 'Fill holes inside a tissue of a label map.'),
          dropOrphans: repairSwitch('dropOrphans', 'Leave out nodes without tetrahedra; the others are numbered anew.'),
          most: realNumber(0, 1)
            .default(DEFAULT_ANATOMY.repair.most)
            .describe('Largest share of tetrahedra or nodes that one repair may touch.'),
        },
        mapping,
      )
      .prefault({})
      .describe('What is mended in meshes, and reported; what is not to be mended is refused.'),
    helix_deg: z
      .strictObject(
        {
          endo: realNumber(-90, 90, 'degrees').default(DEFAULT_ANATOMY.helix_deg.endo),
          epi: realNumber(-90, 90, 'degrees').default(DEFAULT_ANATOMY.helix_deg.epi),
        },
        'a mapping of endo and epi',
      )
      .prefault({})
      .describe('Helix angle of rule-based fibres, degrees.'),
  },
  mapping,
);

const presets = Object.keys(LABEL_TABLES) as (keyof typeof LABEL_TABLES)[];
const labels = Object.fromEntries(TISSUES.map((tissue) => [tissue, tags.optional()]));

/** How label maps become anatomies. */
export const images = z.strictObject(
  {
    labels: z
      .union(
        [z.enum(presets), z.strictObject(labels).refine(haveNoCommonTag, 'each label under one tissue only')],
        `one of ${presets.join(', ')}, or a mapping of tissues to labels, such as {lvMuscle: [2], lvBlood: [3], rvBlood: [1]}`,
      )
      .optional()
      .describe('Labels of the tissues in label maps: a known convention, or a table of one’s own.'),
    edge_mm: realNumber(0.5, 10, 'mm').default(DEFAULT_IMAGES.edge_mm).describe('Mean edge length of the meshes, mm.'),
    rvWall_mm: realNumber(1, 15, 'mm')
      .default(DEFAULT_IMAGES.rvWall_mm)
      .describe('Thickness of the RV’s free wall where a map shows its blood alone, mm.'),
    papillary: word(['blood', 'muscle'])
      .default(DEFAULT_IMAGES.papillary)
      .describe('What labelled papillary muscles count as.'),
    atrialWall_mm: realNumber(1, 10, 'mm')
      .default(DEFAULT_IMAGES.atrialWall_mm)
      .describe('Thickness of the atria’s walls where a map shows their blood alone, mm.'),
  },
  mapping,
);

/** What surrounds the hearts electrically. */
export const torso = z.strictObject(
  {
    model: word(['homogeneous', 'body'])
      .default(DEFAULT_TORSO.model)
      .describe(
        'homogeneous: an infinite medium; body: the subject’s torso, given or of its sex and size, by finite elements.',
      ),
    conductivity: z
      .strictObject(
        {
          extracellularFibre_S_m: conductivity(DEFAULT_TORSO.conductivity.extracellularFibre_S_m),
          extracellularTransverse_S_m: conductivity(DEFAULT_TORSO.conductivity.extracellularTransverse_S_m),
          blood_S_m: conductivity(DEFAULT_TORSO.conductivity.blood_S_m),
          lungs_S_m: conductivity(DEFAULT_TORSO.conductivity.lungs_S_m),
          torso_S_m: conductivity(DEFAULT_TORSO.conductivity.torso_S_m),
        },
        mapping,
      )
      .prefault({})
      .describe('Conductivities of the body, S/m; those inside muscle cells stand under calibration.'),
  },
  mapping,
);

function haveNoCommonTag(regions: Readonly<Record<string, readonly number[] | undefined>>): boolean {
  const all = Object.values(regions).flatMap((list) => list ?? []);
  return new Set(all).size === all.length;
}
