/** Bytes before the first triangle of a binary STL file: 80 of title and a count. */
export const STL_HEADER = 84;
/** Bytes of a triangle: a normal, three corners, two bytes of attributes. */
export const STL_TRIANGLE = 50;

/**
 * Writes a triangle surface as binary STL in mm, for 3-D printing; normals follow the triangles' order of corners.
 *
 * @param points     mm, [nodes, 3]
 * @param triangles  [triangles, 3]
 */
export function writeStl(points: Float64Array, triangles: Uint32Array): Uint8Array {
  const count = triangles.length / 3;
  const out = new DataView(new ArrayBuffer(STL_HEADER + count * STL_TRIANGLE));
  const title = new TextEncoder().encode('Twinfold surface, mm');
  new Uint8Array(out.buffer).set(title);
  out.setUint32(80, count, true);
  for (let triangle = 0; triangle < count; triangle++) {
    const at = STL_HEADER + triangle * STL_TRIANGLE;
    const corner = (i: number, axis: number): number =>
      points[(triangles[triangle * 3 + i] as number) * 3 + axis] as number;
    const edge = (i: number, axis: number): number => corner(i, axis) - corner(0, axis);
    const nx = edge(1, 1) * edge(2, 2) - edge(1, 2) * edge(2, 1);
    const ny = edge(1, 2) * edge(2, 0) - edge(1, 0) * edge(2, 2);
    const nz = edge(1, 0) * edge(2, 1) - edge(1, 1) * edge(2, 0);
    const length = Math.hypot(nx, ny, nz) || 1;
    [nx, ny, nz].forEach((value, axis) => {
      out.setFloat32(at + axis * 4, value / length, true);
    });
    for (let i = 0; i < 3; i++) {
      for (let axis = 0; axis < 3; axis++) out.setFloat32(at + 12 + i * 12 + axis * 4, corner(i, axis), true);
    }
  }
  return new Uint8Array(out.buffer);
}
