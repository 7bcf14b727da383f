import type { Point } from '../../twin/anatomy/anatomy.ts';
import { stuffTetrahedra } from '../../twin/anatomy/stuffing.ts';
import type { ConductorInput } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR_SETTINGS } from '../../twin/conductor/conductorSettings.ts';
import type { ConductorConductivity, TriangleSurface } from '../../twin/conductor/torsoModel.ts';
import { shapeGradients } from '../../twin/mesh/shapeGradients.ts';
import { REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { type Shell, sphereLeadField } from './sphereSolution.ts';

/** An ellipsoid as an icosahedron whose faces are parted into `parts`² triangles each, outward. */
export function ellipsoidSurface(halfAxes: Point, parts: number, centre: Point = [0, 0, 0]): TriangleSurface {
  const golden = (1 + Math.sqrt(5)) / 2;
  const corners = [
    [-1, golden, 0], [1, golden, 0], [-1, -golden, 0], [1, -golden, 0],
    [0, -1, golden], [0, 1, golden], [0, -1, -golden], [0, 1, -golden],
    [golden, 0, -1], [golden, 0, 1], [-golden, 0, -1], [-golden, 0, 1],
  ]; // biome-ignore format: one row a rectangle
  const faces =
    '0 11 5 0 5 1 0 1 7 0 7 10 0 10 11 1 5 9 5 11 4 11 10 2 10 7 6 7 1 8 3 9 4 3 4 2 3 2 6 3 6 8 3 8 9 4 9 5 2 4 11 6 2 10 8 6 7 9 8 1'
      .split(' ')
      .map(Number);
  const points: number[] = [];
  const triangles: number[] = [];
  const nodeOf = new Map<string, number>();
  const node = (weights: readonly [number, number][]): number => {
    const key = weights
      .filter(([, weight]) => weight > 0)
      .sort(([a], [b]) => a - b)
      .join(' ');
    const known = nodeOf.get(key);
    if (known !== undefined) return known;
    const place = [0, 1, 2].map((axis) =>
      weights.reduce((sum, [corner, weight]) => sum + weight * corners[corner][axis], 0),
    );
    const length = Math.hypot(...place);
    nodeOf.set(key, points.length / 3);
    for (let axis = 0; axis < 3; axis++) points.push(centre[axis] + (halfAxes[axis] * place[axis]) / length);
    return points.length / 3 - 1;
  };
  for (let face = 0; face < faces.length; face += 3) {
    const at = (i: number, j: number) =>
      node([
        [faces[face], parts - i - j],
        [faces[face + 1], i],
        [faces[face + 2], j],
      ]);
    for (let i = 0; i < parts; i++) {
      for (let j = 0; i + j < parts; j++) {
        triangles.push(at(i, j), at(i + 1, j), at(i, j + 1));
        if (i + j < parts - 1) triangles.push(at(i + 1, j), at(i + 1, j + 1), at(i, j + 1));
      }
    }
  }
  return { points: Float64Array.from(points), triangles: Uint32Array.from(triangles) };
}

/** Two closed surfaces as one: the outer outward, the inner turned, so that what lies between them is inside. */
export function between(outer: TriangleSurface, inner: TriangleSurface): TriangleSurface {
  const nodes = outer.points.length / 3;
  const turned = inner.triangles.map((_, at) => inner.triangles[at % 3 === 0 ? at : at % 3 === 1 ? at + 1 : at - 1]);
  return {
    points: Float64Array.from([...outer.points, ...inner.points]),
    triangles: Uint32Array.from([...outer.triangles, ...turned.map((node) => node + nodes)]),
  };
}

/** Muscle between two radii about the origin; without fibres unless they are given by place. */
export function muscleShell(
  inner_mm: number,
  outer_mm: number,
  spacing_mm: number,
  fibreAt: (place: Point) => Point = () => [0, 0, 0],
): TetMesh {
  const reach = outer_mm + 1;
  const { points, tets } = stuffTetrahedra(
    (x, y, z) => {
      const radius = Math.hypot(x, y, z);
      return Math.max(radius - outer_mm, inner_mm - radius);
    },
    { min: [-reach, -reach, -reach], max: [reach, reach, reach] },
    spacing_mm,
  );
  const fibres = new Float64Array((tets.length / 4) * 3);
  for (let tet = 0; tet < tets.length / 4; tet++) fibres.set(fibreAt(centroid(points, tets, tet)), 3 * tet);
  return { points, tets, fibres, regions: new Uint8Array(tets.length / 4).fill(REGION.lv) };
}

/** Middle of a tetrahedron, mm. */
export function centroid(points: Float64Array, tets: Uint32Array, tet: number): Point {
  const sum = [0, 0, 0];
  for (let corner = 0; corner < 4; corner++) {
    for (let axis = 0; axis < 3; axis++) sum[axis] += points[3 * tets[4 * tet + corner] + axis] / 4;
  }
  return [sum[0], sum[1], sum[2]];
}

/** Nine directions over the whole sphere, in no symmetry. */
const DIRECTIONS: readonly Point[] = [
  [1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, -1, 0], [-1, 0.3, -1], [0.5, 0.5, -0.7], [-0.3, 0.9, 0.2], [0.7, -0.6, 0.1], [0.2, 0.3, -0.9],
]; // biome-ignore format: one row

/** A body of concentric spheres whose lead field is known in closed form. */
export interface RoundBody {
  readonly input: ConductorInput;
  readonly shells: readonly Shell[];
}

/** Radii of a round body, mm. */
export interface RoundSizes {
  readonly bloodRadius_mm: number;
  readonly muscleRadius_mm: number;
  /** Lungs between these two; equal for none */
  readonly lungs_mm: readonly [number, number];
  readonly skinRadius_mm: number;
  /** Lattice spacing of the heart's own mesh */
  readonly spacing_mm: number;
}

/** A round body of blood, muscle, torso, lungs and torso, from the centre outward; muscle conducts isotropically. */
export function roundBody(sizes: RoundSizes, conductivity: ConductorConductivity): RoundBody {
  const { bloodRadius_mm, muscleRadius_mm, lungs_mm, skinRadius_mm, spacing_mm } = sizes;
  const muscle =
    (conductivity.intracellularFibre_S_m +
      conductivity.extracellularFibre_S_m +
      2 * (conductivity.intracellularTransverse_S_m + conductivity.extracellularTransverse_S_m)) /
    3;
  const isotropic = (radius_mm: number, sigma: number): Shell => ({
    radius_mm,
    radial_S_m: sigma,
    tangential_S_m: sigma,
  });
  const hasLungs = lungs_mm[1] > lungs_mm[0];
  const sphere = (radius: number, parts: number) => ellipsoidSurface([radius, radius, radius], parts);
  return {
    input: {
      heart: muscleShell(bloodRadius_mm, muscleRadius_mm, spacing_mm),
      torso: {
        skin: sphere(skinRadius_mm, 32),
        lungs: hasLungs ? [between(sphere(lungs_mm[1], 24), sphere(lungs_mm[0], 24))] : [],
        blood: [sphere(bloodRadius_mm, 16)],
        origin: 'file',
        findings: [],
      },
      electrodes: DIRECTIONS.map(([x, y, z]): Point => {
        const scale = skinRadius_mm / Math.hypot(x, y, z);
        return [scale * x, scale * y, scale * z];
      }),
      conductivity,
      settings: DEFAULT_CONDUCTOR_SETTINGS,
    },
    shells: [
      isotropic(bloodRadius_mm, conductivity.blood_S_m),
      isotropic(muscleRadius_mm, muscle),
      ...(hasLungs
        ? [isotropic(lungs_mm[0], conductivity.torso_S_m), isotropic(lungs_mm[1], conductivity.lungs_S_m)]
        : []),
      isotropic(skinRadius_mm, conductivity.torso_S_m),
    ],
  };
}

/** What closed form and elements differ by, as shares of the root mean square of the exact ones. */
export interface RoundError {
  /** Of the potentials at the heart's nodes, each field's mean taken away */
  readonly potential: number;
  /** Of the gradients in the heart's tetrahedra, by volume */
  readonly gradient: number;
}

/** Errors of fields, returned equally at all electrodes, against the closed form. @param fields [nodes, electrodes] */
export function roundError({ input, shells }: RoundBody, fields: Float64Array): RoundError {
  const { heart, electrodes } = input;
  const count = electrodes.length;
  const nodes = heart.points.length / 3;
  const exact = new Float64Array(nodes * count);
  const means = new Float64Array(count);
  for (let node = 0; node < nodes; node++) {
    const place: Point = [heart.points[3 * node], heart.points[3 * node + 1], heart.points[3 * node + 2]];
    const values = electrodes.map((electrode) => sphereLeadField(shells, electrode, place).potential);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    for (let e = 0; e < count; e++) {
      exact[node * count + e] = values[e] - mean;
      means[e] += (values[e] - mean) / nodes;
    }
  }
  let [wrong, whole] = [0, 0];
  for (let at = 0; at < exact.length; at++) {
    const value = exact[at] - means[at % count];
    wrong += (fields[at] - value) ** 2;
    whole += value ** 2;
  }
  return { potential: Math.sqrt(wrong / whole), gradient: gradientError({ input, shells }, fields) };
}

function gradientError({ input, shells }: RoundBody, fields: Float64Array): number {
  const { heart, electrodes } = input;
  const count = electrodes.length;
  let [wrong, whole] = [0, 0];
  for (let tet = 0; tet < heart.tets.length / 4; tet++) {
    const place = centroid(heart.points, heart.tets, tet);
    const exact = electrodes.map((electrode) => sphereLeadField(shells, electrode, place).gradient);
    const found = tetGradient(heart, tet, fields, count);
    for (let axis = 0; axis < 3; axis++) {
      const mean = exact.reduce((sum, gradient) => sum + gradient[axis], 0) / count;
      for (let e = 0; e < count; e++) {
        wrong += found.volume * (found.gradient[3 * e + axis] - exact[e][axis] + mean) ** 2;
        whole += found.volume * (exact[e][axis] - mean) ** 2;
      }
    }
  }
  return Math.sqrt(wrong / whole);
}

/** Gradients of several nodal fields in one tetrahedron, [fields, 3], and its volume, mm³. */
export function tetGradient(
  mesh: Pick<TetMesh, 'points' | 'tets'>,
  tet: number,
  fields: Float64Array,
  count: number,
): { readonly gradient: Float64Array; readonly volume: number } {
  const shape = new Float64Array(12);
  const volume = shapeGradients(mesh, tet, shape);
  const gradient = new Float64Array(3 * count);
  for (let corner = 0; corner < 4; corner++) {
    const node = mesh.tets[4 * tet + corner];
    for (let e = 0; e < count; e++) {
      for (let axis = 0; axis < 3; axis++)
        gradient[3 * e + axis] += shape[3 * corner + axis] * fields[node * count + e];
    }
  }
  return { gradient, volume };
}
