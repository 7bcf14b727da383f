/** Region of a tetrahedron. The study maps a mesh's own tags onto these. */
export const REGION = { lv: 1, rv: 2, scar: 3 } as const;
export type RegionName = keyof typeof REGION;

/**
 * A heart's muscle as tetrahedra: what every kernel takes. Made by `checkMesh` or by a mesher, so that everything said here
 * holds; nodes keep the order of the file that they came from (a node that no tetrahedron uses may therefore stand among them).
 */
export interface TetMesh {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  /** Node indices, positively oriented, no volume zero, [tets, 4] */
  readonly tets: Uint32Array;
  /** One of REGION, [tets] */
  readonly regions: Uint8Array;
  /** Unit fibre direction, [tets, 3]; all zero where there is none (the tetrahedron conducts isotropically). */
  readonly fibres: Float64Array;
  /** Factor on all conduction velocities, such as 2 in a fast endocardial layer; 1 everywhere when absent, [tets] */
  readonly speed?: Float32Array;
}

/** Number of nodes. */
export const nodeCount = (mesh: Pick<TetMesh, 'points'>): number => mesh.points.length / 3;
/** Number of tetrahedra. */
export const tetCount = (mesh: Pick<TetMesh, 'tets'>): number => mesh.tets.length / 4;
