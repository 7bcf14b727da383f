import type { AnatomySettings } from '../../anatomy/anatomy.ts';
import type { Finding } from '../../errors.ts';
import type { RawMesh } from '../../formats/format.ts';
import type { LengthUnit } from '../../units.ts';

/** How a raw mesh is to be understood. */
export type MeshSettings = Pick<AnatomySettings, 'unit' | 'regions' | 'fibres'> & {
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
