import type { AnatomySettings, RepairSettings } from '../../anatomy/anatomy.ts';
import { type Finding, TwinError } from '../../errors.ts';
import type { RawMesh } from '../../formats/format.ts';
import type { LengthUnit } from '../../units.ts';

/** How a raw mesh is to be understood. */
export type MeshSettings = Pick<AnatomySettings, 'unit' | 'regions' | 'fibres' | 'repair'> & {
  /** Name of the file, for messages. */
  readonly name: string;
};

/** A mesh on its way through the gates. Arrays are replaced, never written to; `tags` and `fibres` go with `tets`. */
export interface MeshDraft {
  readonly raw: RawMesh;
  readonly settings: MeshSettings;
  /** In the file's unit before the unit gate, then mm, [nodes, 3] */
  readonly points: Float64Array;
  /** [tets, 4] */
  readonly tets: Uint32Array;
  /** [tets] */
  readonly tags: Int32Array | undefined;
  /** [tets, 3] */
  readonly fibres: Float64Array | undefined;
  /** [tets]; REGION.lv throughout before the region gate */
  readonly regions: Uint8Array;
  readonly unit: LengthUnit;
  readonly hasRegions: boolean;
  readonly findings: readonly Finding[];
}

/** One check, with its repair where there is a safe one: gives back the draft, changed or not. @throws TwinError BadInput or BadAnatomy */
export type Gate = (draft: MeshDraft) => MeshDraft;

/** The draft with one more finding, and with whatever was changed because of it. */
export function withFinding(draft: MeshDraft, finding: Finding, change: Partial<MeshDraft> = {}): MeshDraft {
  return { ...draft, ...change, findings: [...draft.findings, finding] };
}

/** A defect that can be mended, and what mends it. */
export interface Repair {
  readonly by: Exclude<keyof RepairSettings, 'most'>;
  readonly code: string;
  /** How many of how many, in nodes or tetrahedra */
  readonly count: number;
  readonly of: number;
  /** `5 of 90 tetrahedra have no volume`, and what is done about it: `and were left out` */
  readonly fault: string;
  readonly remedy: string;
}

/**
 * The draft mended, with its finding.
 *
 * @throws TwinError BadAnatomy where the study forbids the repair, or the defect is too large for one
 */
export function repaired(draft: MeshDraft, repair: Repair, change: Partial<MeshDraft>): MeshDraft {
  const { by, code, count, of, fault, remedy } = repair;
  const { repair: allowed, name } = draft.settings;
  const refuse = (why: string): never => {
    throw new TwinError('BadAnatomy', `${name}: ${fault}; ${why}`, { file: name, count });
  };
  if (!allowed[by]) refuse(`the study forbids the repair (anatomy.repair.${by}: false); mend the mesh or allow it`);
  if (count > allowed.most * of)
    refuse(
      `that is ${((100 * count) / of).toFixed(0)} %, more than the ${100 * allowed.most} % that may be mended (anatomy.repair.most); the mesh was probably damaged where it was written`,
    );
  return withFinding(draft, { code, severity: 'repaired', message: `${fault} ${remedy}`, count }, change);
}

/** The arrays of a draft for the kept tetrahedra only, in their order. @param keep 1 for kept, [tets] */
export function keptTets(draft: MeshDraft, keep: Uint8Array): Pick<MeshDraft, 'tets' | 'tags' | 'fibres' | 'regions'> {
  const isKept = (width: number) => (_: number, index: number) => keep[Math.floor(index / width)] === 1;
  return {
    tets: draft.tets.filter(isKept(4)),
    tags: draft.tags?.filter(isKept(1)),
    fibres: draft.fibres?.filter(isKept(3)),
    regions: draft.regions.filter(isKept(1)),
  };
}
