import { BufferAttribute, BufferGeometry, DoubleSide, Ray, Vector3 } from 'three';
import { MeshBVH } from 'three-mesh-bvh';

/** Answers about a set of triangles, by a tree of bounding boxes. */
export interface TriangleTree {
  /** Distance from a place to the nearest triangle, mm. */
  distanceFrom(x: number, y: number, z: number): number;
  /** Number of the nearest triangle, and the place on it that is nearest. @param out mm, [3] */
  nearest(x: number, y: number, z: number, out: Float64Array): number;
  /** Length from a place to the first triangle in a unit direction, mm; Infinity when there is none. */
  castRay(x: number, y: number, z: number, dx: number, dy: number, dz: number): number;
}

/**
 * Builds the tree. Corners stay in float64, so that distances are exact to rounding.
 *
 * @param points mm, [nodes, 3]
 * @param triangles nodes, [triangles, 3]
 */
export function openTriangleTree(points: Float64Array, triangles: Uint32Array): TriangleTree {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(points, 3));
  geometry.setIndex(new BufferAttribute(triangles.slice(), 1));
  // Indirect: the tree leaves the triangles in their order, so that it can name the nearest one.
  const tree = new MeshBVH(geometry, { indirect: true });
  const place = new Vector3();
  const hit = { point: new Vector3(), distance: 0, faceIndex: 0 };
  const ray = new Ray();
  return {
    distanceFrom(x, y, z) {
      return tree.closestPointToPoint(place.set(x, y, z), hit)?.distance ?? Number.POSITIVE_INFINITY;
    },
    nearest(x, y, z, out) {
      tree.closestPointToPoint(place.set(x, y, z), hit);
      out[0] = hit.point.x;
      out[1] = hit.point.y;
      out[2] = hit.point.z;
      return hit.faceIndex;
    },
    castRay(x, y, z, dx, dy, dz) {
      ray.origin.set(x, y, z);
      ray.direction.set(dx, dy, dz);
      return tree.raycastFirst(ray, DoubleSide)?.distance ?? Number.POSITIVE_INFINITY;
    },
  };
}
