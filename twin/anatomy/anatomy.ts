import type { Atria } from '../atria/atria.ts';
import type { TorsoModel } from '../conductor/torsoModel.ts';
import type { Finding } from '../errors.ts';
import type { RegionName, TetMesh } from '../mesh/tetMesh.ts';
import type { LengthUnit } from '../units.ts';

/** Electrodes of the 12-lead ECG, in the frame of the mesh. */
export type ElectrodeName = 'RA' | 'LA' | 'LL' | 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6';
export const ELECTRODES: readonly ElectrodeName[] = ['RA', 'LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
/** mm, x y z */
export type Point = readonly [number, number, number];
export type Electrodes = Readonly<Record<ElectrodeName, Point>>;

/** Boundary of the muscle by part, triangles as nodes, outward (away from muscle), [triangles, 3] each. */
export interface Surfaces {
  readonly lvEndo: Uint32Array;
  readonly rvEndo: Uint32Array;
  readonly epi: Uint32Array;
  readonly base: Uint32Array;
}

/**
 * Ventricular coordinates on nodes (after Bayer et al., Med Image Anal 2018): apicobasal 0 apex … 1 base, transmural
 * 0 endocardium … 1 epicardium, rotational −π … π about the long axis, transventricular 0 LV … 1 RV. NaN on nodes without tetrahedra. [nodes] each.
 */
export interface VentricularCoordinates {
  readonly apicobasal: Float64Array;
  readonly transmural: Float64Array;
  readonly rotational: Float64Array;
  readonly transventricular: Float64Array;
}

/**
 * Apicobasal and rotational coordinate about the place at the heart's tip where both insertions of the RV meet, for carrying fields between hearts; with
 * `transmural` and `transventricular` of `VentricularCoordinates`. NaN on nodes without tetrahedra. [nodes] each.
 */
export interface ConsistentCoordinates {
  /** 0 there … 1 base */
  readonly apicobasal: Float64Array;
  /** −π … π: 0 in mid-septum, π/3 at the anterior insertion, −π/3 at the posterior one, ±π in the middle of either free wall */
  readonly rotational: Float64Array;
}

/** One heart, ready to be calibrated and measured. */
export interface Anatomy {
  readonly mesh: TetMesh;
  readonly surfaces: Surfaces;
  readonly coordinates: VentricularCoordinates;
  /** Absent where no septum with two insertions is found */
  readonly consistent?: ConsistentCoordinates;
  /** Distance to the nearest endocardium (LV or RV), mm, [nodes] */
  readonly endocardialDistance: Float64Array;
  readonly electrodes: Electrodes;
  readonly findings: readonly Finding[];
  /** Where the subject's files show them */
  readonly atria?: Atria;
  /**
   * Potentials at the nodes when a unit current is drawn at an electrode of the volume conductor (`electrodeFields` gives sign and unit), each up to
   * a constant, [nodes, 9 electrodes]; absent in an infinite homogeneous medium.
   */
  readonly electrodeFields?: Float32Array;
  /** The body around the heart, in the frame of the mesh; absent in an infinite homogeneous medium */
  readonly torso?: TorsoModel;
  /** Which parts came from the file and which were made here, for provenance. */
  readonly origin: {
    readonly fibres: 'file' | 'rule';
    readonly regions: 'file' | 'geometry';
    readonly electrodes: 'file' | 'torso-model';
  };
}

/** What a torso is scaled by where electrodes are not given. */
export interface Body {
  readonly sex: 'female' | 'male';
  readonly height_cm: number;
  readonly weight_kg: number;
  /** For the lungs' volume; 40 where it is not known */
  readonly age_y?: number;
}

/** Which defects of a mesh are mended. Each repair is reported; a defect that is not to be mended, or of which there is too much, is refused. */
export interface RepairSettings {
  /** Tetrahedra of negative orientation are turned */
  readonly reorient: boolean;
  /** Nodes at exactly the same place become one */
  readonly mergeDuplicates: boolean;
  /** Tetrahedra that are flat, or stand twice, are left out */
  readonly dropDegenerate: boolean;
  /** Detached parts of less than 1 % of the volume are left out; in a label map, islands of a tissue */
  readonly keepLargestPart: boolean;
  /** In a label map, holes inside a tissue are filled */
  readonly fillHoles: boolean;
  /** Nodes without tetrahedra are left out, and the others numbered anew */
  readonly dropOrphans: boolean;
  /** Largest share of tetrahedra or nodes that one repair may touch; a mesh that is inverted throughout is another convention and no damage */
  readonly most: number;
}

/** How raw meshes become anatomies; the same for a whole study. */
export interface AnatomySettings {
  /** Unit of the mesh files; `auto` takes the format's own, and otherwise the only one that gives a heart of plausible size. */
  readonly unit: LengthUnit | 'auto';
  /**
   * The mesh's tags of each region; a region left out is found by geometry (LV and RV) or absent (scar, atria). `other` names tags
   * that are no chamber's muscle, such as the aorta's, and are left out.
   */
  readonly regions: Readonly<Partial<Record<RegionName | 'la' | 'ra' | 'other', readonly number[]>>>;
  /** `file`: the mesh's own, and an error where it has none; `rule`: always made here; `auto`: the mesh's own where it has them. */
  readonly fibres: 'auto' | 'file' | 'rule';
  readonly repair: RepairSettings;
  /** Helix angle of rule-based fibres on the endocardium and the epicardium, degrees. */
  readonly helix_deg: { readonly endo: number; readonly epi: number };
}

export const DEFAULT_ANATOMY: AnatomySettings = {
  unit: 'auto',
  regions: {},
  fibres: 'auto',
  repair: {
    reorient: true,
    mergeDuplicates: true,
    dropDegenerate: true,
    keepLargestPart: true,
    fillHoles: true,
    dropOrphans: false,
    most: 0.2,
  },
  helix_deg: { endo: 60, epi: -60 },
};
