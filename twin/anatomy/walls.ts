import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import type { HarmonicFields } from './harmonicFields.ts';

/** The three walls of the ventricles, each by the surface that it does not touch. */
export const WALL = { septum: 0, lvFree: 1, rvFree: 2 } as const;
/** Of a node without tetrahedra. */
export const NO_WALL = 255;

/** Walls of a heart's nodes, and where one ends. */
export interface Walls {
  /** WALL or NO_WALL, by shape alone, [nodes] */
  readonly walls: Uint8Array;
  /** The nodes nearest to the sheets between walls: without them no edge leads from wall to wall. Rising. */
  readonly border: Uint32Array;
}

/**
 * Parts the muscle into septum and free walls by the surface at which random walks end least of all,
 *
 *     septum: epicardium,   LV's free wall: RV endocardium,   RV's free wall: LV endocardium
 *
 * so that the three sheets between them meet in one line at each insertion of the RV, and reach from there to the LV endocardium, the RV endocardium
 * and the epicardium. The fields φ are taken as means over the tetrahedra about a node, since on a surface two of them are 0. Of pieces of one wall that
 * touch nowhere the largest stays; the others go to the walls about them.
 */
export function findWalls(mesh: Pick<TetMesh, 'points' | 'tets'>, fields: HarmonicFields): Walls {
  const means = [fields.epi, fields.rv, fields.lv].map((field) => meanAbout(mesh, field));
  const [epi, rv, lv] = means;
  const walls = new Uint8Array(nodeCount(mesh)).fill(NO_WALL);
  for (let node = 0; node < walls.length; node++) {
    if (Number.isNaN(epi[node])) continue;
    if (epi[node] < rv[node] && epi[node] < lv[node]) walls[node] = WALL.septum;
    else walls[node] = rv[node] < lv[node] ? WALL.lvFree : WALL.rvFree;
  }
  giveIslandsAway(mesh.tets, walls);
  const isBorder = new Uint8Array(walls.length);
  eachEdge(mesh.tets, (from, to) => {
    const [a, b] = [walls[from], walls[to]];
    if (a === b) return;
    const here = Math.abs(means[a][from] - means[b][from]);
    const there = Math.abs(means[a][to] - means[b][to]);
    isBorder[here < there || (here === there && from < to) ? from : to] = 1;
  });
  return { walls, border: Uint32Array.from(isBorder.keys()).filter((node) => isBorder[node] === 1) };
}

/** Calls `visit` with both ends of every edge of every tetrahedron, edges between tetrahedra as often as they have them. */
export function eachEdge(tets: Uint32Array, visit: (from: number, to: number) => void): void {
  for (let at = 0; at < tets.length; at += 4) {
    for (let i = 0; i < 3; i++) for (let j = i + 1; j < 4; j++) visit(tets[at + i], tets[at + j]);
  }
}

/** Mean of a field over the tetrahedra about each node by volume, NaN where there are none, [nodes]. */
function meanAbout(mesh: Pick<TetMesh, 'points' | 'tets'>, field: Float64Array): Float64Array {
  const { tets } = mesh;
  const volumes = tetVolumes(mesh);
  const sums = new Float64Array(field.length);
  const weights = new Float64Array(field.length);
  for (let at = 0; at < tets.length; at += 4) {
    const volume = volumes[at >> 2];
    const mean = (field[tets[at]] + field[tets[at + 1]] + field[tets[at + 2]] + field[tets[at + 3]]) / 4;
    for (let corner = 0; corner < 4; corner++) {
      sums[tets[at + corner]] += volume * mean;
      weights[tets[at + corner]] += volume;
    }
  }
  return sums.map((sum, node) => sum / weights[node]);
}

/** Rounds in which islands are taken in from their shores; an island that no other wall touches stays. */
const ROUNDS = 50;

function giveIslandsAway(tets: Uint32Array, walls: Uint8Array): void {
  const parent = Uint32Array.from(walls.keys());
  const root = (start: number): number => {
    let node = start;
    while (parent[node] !== node) {
      parent[node] = parent[parent[node]];
      node = parent[node];
    }
    return node;
  };
  eachEdge(tets, (from, to) => {
    if (walls[from] !== walls[to]) return;
    const [a, b] = [root(from), root(to)];
    parent[Math.max(a, b)] = Math.min(a, b);
  });
  const sizes = new Uint32Array(walls.length);
  for (let node = 0; node < walls.length; node++) sizes[root(node)]++;
  const largest = [-1, -1, -1];
  for (let node = 0; node < walls.length; node++) {
    const wall = walls[node];
    if (wall !== NO_WALL && parent[node] === node && (largest[wall] < 0 || sizes[node] > sizes[largest[wall]]))
      largest[wall] = node;
  }
  const isIsland = walls.map((wall, node) => (wall !== NO_WALL && root(node) !== largest[wall] ? 1 : 0));
  for (let round = 0; round < ROUNDS && isIsland.includes(1); round++) {
    const shores = walls.slice().fill(NO_WALL);
    eachEdge(tets, (from, to) => {
      if (isIsland[from] === isIsland[to]) return;
      const [island, land] = isIsland[from] ? [from, to] : [to, from];
      shores[island] = Math.min(shores[island], walls[land]);
    });
    for (let node = 0; node < walls.length; node++) {
      if (shores[node] === NO_WALL) continue;
      walls[node] = shores[node];
      isIsland[node] = 0;
    }
  }
}
