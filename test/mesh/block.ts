import type { RawMesh } from '../../twin/formats/format.ts';

export interface Block {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  readonly tets: Uint32Array;
  readonly tags: Int32Array;
  readonly fibres: Float64Array;
}

/** Corners of a cube, as bits x y z, of the six tetrahedra around its diagonal, all positively oriented. */
const CUBE = [0, 1, 3, 7, 0, 3, 2, 7, 0, 2, 6, 7, 0, 6, 4, 7, 0, 4, 5, 7, 0, 5, 1, 7] as const;

/** A block of muscle: 20 × 20 × 10 mm (4 mL) unless told, cubes of `edge` mm cut into six; tag 1 in its lower half of x, 2 in the upper; fibres all over the sphere. */
export function block({
  cells = [4, 4, 2],
  edge = 5,
}: {
  cells?: readonly [number, number, number];
  edge?: number;
} = {}): Block {
  const [nx, ny, nz] = cells;
  const node = (x: number, y: number, z: number): number => (x * (ny + 1) + y) * (nz + 1) + z;
  const points: number[] = [];
  for (let x = 0; x <= nx; x++)
    for (let y = 0; y <= ny; y++) for (let z = 0; z <= nz; z++) points.push(x * edge, y * edge, z * edge);
  const tets: number[] = [];
  const tags: number[] = [];
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++) {
        for (const corner of CUBE) tets.push(node(x + (corner & 1), y + ((corner >> 1) & 1), z + (corner >> 2)));
        for (let i = 0; i < 6; i++) tags.push(x < nx / 2 ? 1 : 2);
      }
    }
  }
  const fibres = tags.flatMap((_, tet) => {
    const up = ((tet % 7) - 3) / 4;
    const around = Math.sqrt(1 - up * up);
    return [around * Math.cos(tet), around * Math.sin(tet), up];
  });
  return {
    points: Float64Array.from(points),
    tets: Uint32Array.from(tets),
    tags: Int32Array.from(tags),
    fibres: Float64Array.from(fibres),
  };
}

/** A block as a reader of a format without a unit would give it. */
export function rawBlock(change: Partial<RawMesh> = {}): RawMesh {
  return { ...block(), unit: 'mm', pointData: {}, cellData: {}, ...change };
}
