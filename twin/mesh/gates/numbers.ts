import { TwinError } from '../../errors.ts';
import type { Gate } from './gate.ts';

/** Node and tetrahedron indices are kept in 32 bits, and four of them to a tetrahedron in one array. */
const MOST_TETS = 2 ** 29;

/** Arrays fit together, and there is a mesh at all. */
export const sizes: Gate = (draft) => {
  const { name } = draft.settings;
  const nodes = draft.points.length / 3;
  const tets = draft.tets.length / 4;
  const refuse = (message: string): never => {
    throw new TwinError('BadInput', `${name}: ${message}`, { file: name });
  };
  if (!Number.isInteger(nodes) || !Number.isInteger(tets)) {
    refuse(
      `${draft.points.length} coordinates and ${draft.tets.length} corners; expected three a node and four a tetrahedron`,
    );
  }
  if (nodes < 4 || tets < 1) refuse(`${nodes} nodes and ${tets} tetrahedra; a heart has at least 4 and 1`);
  if (tets > MOST_TETS) refuse(`${tets} tetrahedra; at most ${MOST_TETS} can be held`);
  if (draft.tags && draft.tags.length !== tets) refuse(`${draft.tags.length} tags for ${tets} tetrahedra`);
  if (draft.fibres && draft.fibres.length !== tets * 3) {
    refuse(`${draft.fibres.length / 3} fibres for ${tets} tetrahedra; expected one each`);
  }
  return draft;
};

/** Every coordinate is a finite number. */
export const finiteCoordinates: Gate = (draft) => {
  let bad = 0;
  let first = -1;
  for (let i = 0; i < draft.points.length; i++) {
    if (Number.isFinite(draft.points[i])) continue;
    if (first < 0) first = i;
    bad++;
  }
  if (bad === 0) return draft;
  const { name } = draft.settings;
  const place = `${'xyz'[first % 3]} of node ${Math.floor(first / 3)}`;
  const message = `${name}: ${bad} coordinate${bad > 1 ? 's are' : ' is'} not a finite number, first ${place} (${draft.points[first]}); export the mesh again`;
  throw new TwinError('BadInput', message, { file: name, count: bad, node: Math.floor(first / 3) });
};

/** Every tetrahedron refers to nodes that exist. */
export const indexRange: Gate = (draft) => {
  const nodes = draft.points.length / 3;
  const bad = draft.tets.findIndex((node) => node >= nodes);
  if (bad < 0) return draft;
  const { name } = draft.settings;
  const node = draft.tets[bad] as number;
  const isOneBased = draft.tets.every((other) => other >= 1 && other <= nodes);
  const hint = isOneBased ? '; no tetrahedron uses node 0, so the file looks 1-based: subtract 1 from every index' : '';
  const message = `${name}: tetrahedron ${bad >>> 2} refers to node ${node}, the mesh has nodes 0 to ${nodes - 1}${hint}`;
  throw new TwinError('BadInput', message, { file: name, tetrahedron: bad >>> 2, node });
};
