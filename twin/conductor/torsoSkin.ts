import type { TriangleSurface } from './torsoModel.ts';
import type { Section, TorsoShape } from './torsoSections.ts';

/** A closed line of nodes around the torso: a section at a height, shrunk about its middle. */
interface Ring {
  readonly z: number;
  readonly section: Section;
  readonly share: number;
}

/**
 * The skin of a torso: rings of nodes along its outline, joined by triangles, flat at the neck and below. Closed, outward.
 *
 * @param edge_mm about the triangles' edge at the waist
 */
export function skinOf(shape: TorsoShape, edge_mm: number): TriangleSurface {
  const rings = ringsOf(shape, edge_mm);
  const around = 4 * Math.round(shape.measures.waistCircumference / edge_mm / 4);
  const nodes = rings.length * around + 2;
  const points = new Float64Array(3 * nodes);
  for (const [ring, { z, section, share }] of rings.entries()) {
    for (let i = 0; i < around; i++) {
      const angle = (2 * Math.PI * i) / around;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const n = section.exponent;
      const out = share * (Math.abs(c) ** n + Math.abs(s) ** n) ** (-1 / n);
      points.set(
        [section.halfBreadth * c * out, section.middle + section.halfDepth * s * out, z],
        3 * (ring * around + i),
      );
    }
  }
  const [low, high] = [nodes - 2, nodes - 1];
  points.set([0, shape.at(shape.bottom).middle, shape.bottom], 3 * low);
  points.set([0, shape.at(shape.top).middle, shape.top], 3 * high);
  const triangles: number[] = [];
  for (let i = 0; i < around; i++) {
    const next = (i + 1) % around;
    triangles.push(low, next, i);
    for (let ring = 0; ring + 1 < rings.length; ring++) {
      const [a, b] = [ring * around + i, ring * around + next];
      triangles.push(a, b, b + around, a, b + around, a + around);
    }
    const last = (rings.length - 1) * around;
    triangles.push(high, last + i, last + next);
  }
  return { points, triangles: Uint32Array.from(triangles) };
}

/** Steps along the outline in which its length is measured, mm. */
const STEP = 0.5;

function ringsOf(shape: TorsoShape, edge_mm: number): Ring[] {
  const { bottom, top } = shape;
  const heights = [bottom];
  let walked = 0;
  let before = shape.at(bottom).halfBreadth;
  for (let z = bottom + STEP; z < top; z += STEP) {
    const breadth = shape.at(z).halfBreadth;
    walked += Math.hypot(STEP, breadth - before);
    before = breadth;
    if (walked < edge_mm) continue;
    walked = 0;
    heights.push(z);
  }
  if (walked < edge_mm / 3) heights.pop();
  heights.push(top);
  const lid = (z: number): Ring[] => {
    const section = shape.at(z);
    const count = Math.max(2, Math.round(Math.min(section.halfBreadth, section.halfDepth) / edge_mm));
    return Array.from({ length: count - 1 }, (_, i) => ({ z, section, share: (i + 1) / count }));
  };
  return [...lid(bottom), ...heights.map((z) => ({ z, section: shape.at(z), share: 1 })), ...lid(top).reverse()];
}
