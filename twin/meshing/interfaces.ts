/** Where materials meet, each triangle once. */
export interface Interfaces {
  /** Nodes, anticlockwise when seen from `outer`, [triangles, 3] */
  readonly triangles: Uint32Array;
  /** The material with the lower index of the two, [triangles] */
  readonly inner: Uint8Array;
  /** [triangles] */
  readonly outer: Uint8Array;
}

/** Corners of the face opposite each corner of a positive tetrahedron, anticlockwise from outside. */
const OUTWARD_FACES = [1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1] as const;

/** Faces between tetrahedra of different labels, by rising tetrahedron. */
export function findInterfaces(tets: Uint32Array, neighbours: Int32Array, labels: Uint8Array): Interfaces {
  const triangles: number[] = [];
  const inner: number[] = [];
  const outer: number[] = [];
  for (let face = 0; face < neighbours.length; face++) {
    if (neighbours[face] < 0) continue;
    const own = labels[face >> 2];
    const other = labels[neighbours[face]];
    if (own >= other) continue;
    const tet = face & ~3;
    const corner = 3 * (face & 3);
    for (let i = 0; i < 3; i++) triangles.push(tets[tet + OUTWARD_FACES[corner + i]]);
    inner.push(own);
    outer.push(other);
  }
  return { triangles: Uint32Array.from(triangles), inner: Uint8Array.from(inner), outer: Uint8Array.from(outer) };
}

/** Volume inside the interfaces of each material (mm³) and their area (mm²), [materials + 1]; the background's volume is negative. */
export function measureInterfaces(
  points: Float64Array,
  { triangles, inner, outer }: Interfaces,
  materials: number,
): { readonly volumes: Float64Array; readonly areas: Float64Array } {
  const volumes = new Float64Array(materials + 1);
  const areas = new Float64Array(materials + 1);
  for (let triangle = 0; triangle < inner.length; triangle++) {
    const a = 3 * triangles[3 * triangle];
    const b = 3 * triangles[3 * triangle + 1];
    const c = 3 * triangles[3 * triangle + 2];
    const ux = points[b] - points[a];
    const uy = points[b + 1] - points[a + 1];
    const uz = points[b + 2] - points[a + 2];
    const vx = points[c] - points[a];
    const vy = points[c + 1] - points[a + 1];
    const vz = points[c + 2] - points[a + 2];
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    const volume = (points[a] * nx + points[a + 1] * ny + points[a + 2] * nz) / 6;
    const area = Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
    volumes[inner[triangle]] += volume;
    volumes[outer[triangle]] -= volume;
    areas[inner[triangle]] += area;
    areas[outer[triangle]] += area;
  }
  return { volumes, areas };
}
