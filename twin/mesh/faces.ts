/** Corners of the face opposite each corner of a positively oriented tetrahedron, seen from outside counter-clockwise. */
const OUTWARD_FACES = [1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1] as const;

/** How tetrahedra meet at their faces. */
export interface FaceNeighbours {
  /** The tetrahedron across the face opposite each corner, −1 where there is none, [tets, 4] */
  readonly neighbours: Int32Array;
  /** Faces that more than two tetrahedra share; only the first two of each were made neighbours. */
  readonly overcrowdedFaces: number;
}

/** Finds each tetrahedron's neighbours across its faces. @param tets [tets, 4] */
export function faceNeighbours(tets: Uint32Array, nodes: number): FaceNeighbours {
  const faces = tets.length;
  // Faces are put in buckets by their smallest node; inside a bucket (a few dozen) they are compared by the other two.
  const starts = new Uint32Array(nodes + 1);
  const middles = new Uint32Array(faces);
  const largests = new Uint32Array(faces);
  const smallests = new Uint32Array(faces);
  for (let face = 0; face < faces; face++) {
    const tet = face & ~3;
    const corner = (face & 3) * 3;
    const a = tets[tet + (OUTWARD_FACES[corner] as number)] as number;
    const b = tets[tet + (OUTWARD_FACES[corner + 1] as number)] as number;
    const c = tets[tet + (OUTWARD_FACES[corner + 2] as number)] as number;
    const smallest = Math.min(a, b, c);
    const largest = Math.max(a, b, c);
    smallests[face] = smallest;
    largests[face] = largest;
    middles[face] = a + b + c - smallest - largest;
    starts[smallest + 1] = (starts[smallest + 1] as number) + 1;
  }
  for (let node = 0; node < nodes; node++) starts[node + 1] = (starts[node + 1] as number) + (starts[node] as number);
  const ends = starts.slice(0, nodes);
  const bucket = new Uint32Array(faces);
  const neighbours = new Int32Array(faces).fill(-1);
  let overcrowdedFaces = 0;
  for (let face = 0; face < faces; face++) {
    const smallest = smallests[face] as number;
    const end = ends[smallest] as number;
    let isFound = false;
    for (let place = starts[smallest] as number; place < end; place++) {
      const other = bucket[place] as number;
      if (middles[other] !== middles[face] || largests[other] !== largests[face]) continue;
      isFound = true;
      if (neighbours[other] === -1) {
        neighbours[other] = face >>> 2;
        neighbours[face] = other >>> 2;
      } else {
        overcrowdedFaces++;
      }
      break;
    }
    if (isFound) continue;
    bucket[end] = face;
    ends[smallest] = end + 1;
  }
  return { neighbours, overcrowdedFaces };
}

/** The surface of the mesh: triangles that belong to one tetrahedron, outward, by rising tetrahedron, [triangles, 3]. */
export function boundaryTriangles(tets: Uint32Array, nodes: number): Uint32Array {
  const { neighbours } = faceNeighbours(tets, nodes);
  let triangles = 0;
  for (const neighbour of neighbours) if (neighbour === -1) triangles++;
  const out = new Uint32Array(triangles * 3);
  let at = 0;
  for (let face = 0; face < neighbours.length; face++) {
    if (neighbours[face] !== -1) continue;
    const tet = face & ~3;
    const corner = (face & 3) * 3;
    for (let i = 0; i < 3; i++) out[at++] = tets[tet + (OUTWARD_FACES[corner + i] as number)] as number;
  }
  return out;
}
