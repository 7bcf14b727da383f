import { TwinError } from '../errors.ts';
import { faceNeighbours } from '../mesh/faces.ts';
import { nodeTets } from '../mesh/nodeTets.ts';
import { activeTets } from './activeTets.ts';
import { type Sweep, sweepNodes } from './fitInterfaces.ts';
import { findInterfaces, type Interfaces, measureInterfaces } from './interfaces.ts';
import { labelTets } from './labelTets.ts';
import { EDGE_PER_SPACING, ownLattice } from './lattice.ts';
import type { Materials } from './materials.ts';
import { findMeetings } from './meetings.ts';
import { mendPinches } from './mendPinches.ts';
import { smoothLabels } from './smoothLabels.ts';
import { type Guard, openStars, type Stars } from './stars.ts';
import { volumesOf } from './volumesOf.ts';

/** No dihedral angle of the mesh is smaller; a tetrahedron of the lattice has 60° and 90°. */
export const LEAST_DIHEDRAL_deg = 10;

export interface MeshingOptions {
  /** Mean edge length, mm */
  readonly edge_mm: number;
  /** Materials of which only the closed surface is wanted, such as blood: their angles do not count */
  readonly surfacesOnly?: readonly number[];
  /** Materials that stay closed however thin they are, where they part two others */
  readonly walls?: readonly number[];
  /** Materials that together are one body with a surface of its own, such as the muscle of both ventricles */
  readonly bodies?: readonly (readonly number[])[];
  /** mm³, [materials]; where it is missing, the volume of the level set */
  readonly volumes_mm3?: readonly (number | undefined)[];
}

/** Materials as tetrahedra that share their faces. */
export interface MaterialMesh {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  /** Positively oriented, without those of `surfacesOnly`, [tets, 4] */
  readonly tets: Uint32Array;
  /** Index into the names, [tets] */
  readonly materials: Uint8Array;
  /** All interfaces, those of `surfacesOnly` too; the background has the index `names.length` */
  readonly interfaces: Interfaces;
  /** Inside the interfaces of each material, mm³, [materials] */
  readonly volumes_mm3: Float64Array;
  /** Wanted, mm³, [materials] */
  readonly wanted_mm3: Float64Array;
}

/** Sweeps before volumes are looked at, and between their corrections. */
const FIRST_SWEEPS = 6;
const SWEEPS = 2;
const CORRECTIONS = 5;
/** Volumes this near to the wanted ones need no more correction. */
const NEAR_ENOUGH = 0.003;
/** Rings of inner nodes that are relaxed. */
const RINGS = 2;
/** Largest offset of a material, in spacings. */
const LARGEST_OFFSET = 0.5;
/** A tetrahedron whose angles do not count keeps this share of its volume in the lattice, so that surfaces never cross. */
const LEAST_VOLUME = 0.02;

/**
 * Fills materials with tetrahedra that conform where materials meet. A body-centred cubic lattice is labelled tetrahedron by tetrahedron; then nodes
 * between materials go to their common interfaces by Newton's steps and the others make room, every move only as far as no dihedral angle falls
 * below `LEAST_DIHEDRAL_deg`; at last materials are offset until their volumes are the wanted ones. The angles' bound so holds for any input;
 * what gives way to it is the place of an interface, by a fraction of an edge. The same input, the same bytes.
 *
 * @throws TwinError BadAnatomy when the lattice would be too large, a material reaches beyond the bounds, or nothing is found inside them
 */
export function meshMaterials(materials: Materials, options: MeshingOptions): MaterialMesh {
  const { edge_mm, surfacesOnly = [], walls = [] } = options;
  const spacing_mm = edge_mm / EDGE_PER_SPACING;
  const count = materials.names.length;
  const lattice = ownLattice(materials, spacing_mm);
  const isWanted = new Uint8Array(count + 1).fill(1, 0, count);
  for (const material of surfacesOnly) isWanted[material] = 0;
  const active = activeTets(lattice, labelTets(lattice, materials, walls), isWanted);
  const { points, tets, labels } = active;
  const nodes = points.length / 3;
  const isWall = new Uint8Array(count + 1);
  for (const wall of walls) isWall[wall] = 1;
  const { neighbours } = faceNeighbours(tets, nodes);
  const around = nodeTets(tets, nodes);
  smoothLabels(neighbours, labels);
  const bodies = (options.bodies ?? []).map((body) =>
    Uint8Array.from(isWall, (_, label) => (body.includes(label) ? 1 : 0)),
  );
  mendPinches(tets, neighbours, around, isWall, bodies, labels);
  if (!labels.some((label) => isWanted[label])) {
    throw new TwinError(
      'BadAnatomy',
      `no tetrahedron fits into ${materials.names.join(', ')} at edges of ${edge_mm} mm; expected a material thicker than that inside its bounds; use shorter edges or check units`,
      { edge_mm, bounds: materials.bounds },
    );
  }
  const stars = openStars(
    points,
    tets,
    around,
    labels.map((label) => isWanted[label]),
  );
  const sampled = volumesOf(lattice, materials);
  const wanted = sampled.map((volume, material) => options.volumes_mm3?.[material] ?? volume);
  const interfaces = findInterfaces(tets, neighbours, labels);
  settleNodes(stars, labels, interfaces, { materials, spacing_mm, wanted, isComplete: active.isComplete });
  return compact(stars, labels, isWanted, interfaces, measureInterfaces(points, interfaces, count).volumes, wanted);
}

interface Fitting {
  readonly materials: Materials;
  readonly spacing_mm: number;
  readonly wanted: Float64Array;
  readonly isComplete: Uint8Array;
}

function settleNodes(stars: Stars, labels: Uint8Array, interfaces: Interfaces, fitting: Fitting): void {
  const { materials, spacing_mm, wanted, isComplete } = fitting;
  const meetings = findMeetings(stars.around, labels);
  const isInterface = (node: number) => meetings.sets[meetings.setOf[node]].length > 1;
  const nodes = Uint32Array.from({ length: stars.points.length / 3 }, (_, node) => node);
  const guard: Guard = {
    cosine2: Math.cos((LEAST_DIHEDRAL_deg * Math.PI) / 180) ** 2,
    volume6: (LEAST_VOLUME * spacing_mm ** 3) / 2,
  };
  const count = materials.names.length;
  const isNear = nearInterfaces(stars, nodes.filter(isInterface));
  const sweep: Sweep = {
    materials,
    meetings,
    guard,
    spacing_mm,
    offsets: new Float64Array(count + 1),
    interfaceNodes: nodes.filter(isInterface),
    innerNodes: nodes.filter((node) => isComplete[node] === 1 && isNear[node] === 1 && !isInterface(node)),
  };
  for (let at = 0; at < FIRST_SWEEPS; at++) sweepNodes(stars, sweep);
  for (let correction = 0; correction < CORRECTIONS; correction++) {
    const { volumes, areas } = measureInterfaces(stars.points, interfaces, count);
    let worst = 0;
    for (let material = 0; material < count; material++) {
      if (areas[material] === 0 || wanted[material] === 0) continue;
      const excess = volumes[material] - wanted[material];
      worst = Math.max(worst, Math.abs(excess) / wanted[material]);
      const offset = sweep.offsets[material] + (2 * excess) / areas[material];
      const largest = LARGEST_OFFSET * spacing_mm;
      sweep.offsets[material] = Math.max(-largest, Math.min(largest, offset));
    }
    if (worst < NEAR_ENOUGH) break;
    for (let at = 0; at < SWEEPS; at++) sweepNodes(stars, sweep);
  }
}

/** Nodes within `RINGS` rings of tetrahedra around the interfaces: those that make room, 1 by node. */
function nearInterfaces({ others, around }: Stars, interfaceNodes: Uint32Array): Uint8Array {
  const isNear = new Uint8Array(around.starts.length - 1);
  let ring = interfaceNodes;
  for (const node of ring) isNear[node] = 1;
  for (let at = 0; at < RINGS; at++) {
    const next: number[] = [];
    for (const node of ring) {
      for (let i = 3 * around.starts[node]; i < 3 * around.starts[node + 1]; i++) {
        if (isNear[others[i]]) continue;
        isNear[others[i]] = 1;
        next.push(others[i]);
      }
    }
    ring = Uint32Array.from(next);
  }
  return isNear;
}

/** Leaves out what is not wanted, and nodes that nothing uses. */
function compact(
  { points, tets }: Stars,
  labels: Uint8Array,
  isWanted: Uint8Array,
  { triangles, inner, outer }: Interfaces,
  volumes: Float64Array,
  wanted: Float64Array,
): MaterialMesh {
  const newNode = new Int32Array(points.length / 3).fill(-1);
  for (let at = 0; at < tets.length; at++) if (isWanted[labels[at >> 2]]) newNode[tets[at]] = 0;
  for (const node of triangles) newNode[node] = 0;
  let nodes = 0;
  for (let node = 0; node < newNode.length; node++) if (newNode[node] === 0) newNode[node] = nodes++;
  return {
    points: points.filter((_, at) => newNode[Math.floor(at / 3)] >= 0),
    tets: tets.filter((_, at) => isWanted[labels[at >> 2]]).map((node) => newNode[node]),
    materials: labels.filter((label) => isWanted[label]),
    interfaces: { triangles: triangles.map((node) => newNode[node]), inner, outer },
    volumes_mm3: volumes.slice(0, wanted.length),
    wanted_mm3: wanted,
  };
}
