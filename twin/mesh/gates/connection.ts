import { TwinError } from '../../errors.ts';
import { mLFromMm3 } from '../../units.ts';
import { connectedParts } from '../parts.ts';
import { tetVolume } from '../volume.ts';
import { type Gate, keptTets, type MeshDraft, repaired, withFinding } from './gate.ts';

/** Detached crumbs of less than this part of the muscle are left out; larger ones make the anatomy wrong. Chosen here: a papillary head is about 1 %. */
const CRUMBS = 0.01;

/** Nodes that no tetrahedron uses stay, so that output keeps the file's order, and are counted; or leave where the study wants that. */
export const orphanNodes: Gate = (draft) => {
  const nodes = draft.points.length / 3;
  const isUsed = new Uint8Array(nodes);
  for (const node of draft.tets) isUsed[node] = 1;
  const orphans = isUsed.reduce((count, used) => count - used, nodes);
  if (orphans === 0) return draft;
  const fault = `${orphans} of ${nodes} nodes belong to no tetrahedron`;
  if (draft.settings.repair.dropOrphans) {
    const repair = { by: 'dropOrphans', code: 'orphan-nodes', count: orphans, of: nodes, fault } as const;
    return repaired(draft, { ...repair, remedy: 'and were left out' }, usedNodes(draft, isUsed));
  }
  const message = `${fault}; they keep their place and have no activation`;
  return withFinding(draft, { code: 'orphan-nodes', severity: 'warning', message, count: orphans });
};

/** Points and tetrahedra without the nodes that nothing uses, in their order. */
function usedNodes({ points, tets }: MeshDraft, isUsed: Uint8Array): Pick<MeshDraft, 'points' | 'tets'> {
  const numbers = new Uint32Array(isUsed.length);
  let used = 0;
  for (let node = 0; node < isUsed.length; node++) numbers[node] = isUsed[node] === 1 ? used++ : 0;
  return {
    points: points.filter((_, at) => isUsed[Math.floor(at / 3)] === 1),
    tets: tets.map((node) => numbers[node] as number),
  };
}

/** A wave crosses only shared nodes: the muscle must be one part. */
export const detachedParts: Gate = (draft) => {
  const parts = connectedParts(draft.tets, draft.points.length / 3);
  if (parts.count === 1) return draft;
  const volumes = new Float64Array(parts.count);
  for (let tet = 0; tet < parts.partOfTet.length; tet++) {
    const part = parts.partOfTet[tet] as number;
    volumes[part] = (volumes[part] as number) + Math.abs(tetVolume(draft, tet));
  }
  const order = Array.from(volumes.keys()).sort((a, b) => (volumes[b] as number) - (volumes[a] as number) || a - b);
  const largest = order[0] as number;
  const rest = volumes.reduce((sum, volume, part) => (part === largest ? sum : sum + volume), 0);
  const shown = order.slice(0, 5).map((part) => mLFromMm3(volumes[part] as number).toFixed(4));
  const list = `${shown.join(', ')}${parts.count > 5 ? ', …' : ''} mL`;
  if (rest >= CRUMBS * (rest + (volumes[largest] as number))) {
    const message = `${draft.settings.name}: the muscle is in ${parts.count} components (${list}) without a common node, so no activation can pass between them; join them, or remove those that are not the heart`;
    throw new TwinError('BadAnatomy', message, { file: draft.settings.name, components: parts.count });
  }
  const keep = Uint8Array.from(parts.partOfTet, (part) => (part === largest ? 1 : 0));
  const repair = {
    by: 'keepLargestPart',
    code: 'detached-parts',
    count: parts.count - 1,
    of: Number.POSITIVE_INFINITY, // bounded by volume above
    fault: `the muscle is in ${parts.count} components (${list}) without a common node`,
    remedy: `of which the largest was kept; the others are ${((100 * rest) / (rest + (volumes[largest] as number))).toPrecision(2)} % of the volume`,
  } as const;
  return repaired(draft, repair, keptTets(draft, keep));
};
