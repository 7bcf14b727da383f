import type { HeartDimensions } from './parametricHeart.ts';

type LeftCavity = Pick<HeartDimensions, 'lvShort' | 'lvLong' | 'base'>;

/** Slices along the long axis and strips across one of them; 1e-4 of a ventricle's volume. */
const SLICES = 160;
const STRIPS = 160;

/** Ellipsoid of revolution below a plane: π a² (z − z³/3c²) from −c to the base, mm³. */
export function lvCavityVolume_mm3({ lvShort: a, lvLong: c, base }: LeftCavity): number {
  const primitive = (z: number) => z - z ** 3 / (3 * c * c);
  return Math.PI * a * a * (primitive(base) - primitive(-c));
}

/** The LV's wall below the base plane, mm³, as solid of revolution of its outer profile less the cavity. */
export function lvWallVolume_mm3(lv: LeftCavity, wall: number): number {
  const bottom = -lv.lvLong - wall;
  const step = (lv.base - bottom) / SLICES;
  let volume = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    volume += Math.PI * outerRadius(lv, wall, bottom + (slice + 0.5) * step) ** 2 * step;
  }
  return volume - lvCavityVolume_mm3(lv);
}

/** The part of the RV's ellipsoid that lies below the base plane and outside the LV's wall, mm³; the rounding of its corner is left out. */
export function rvCavityVolume_mm3(heart: HeartDimensions): number {
  const [rx, ry, rz] = heart.rvAxes;
  const top = Math.min(heart.base, rz);
  const step = (top + rz) / SLICES;
  let volume = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    const z = -rz + (slice + 0.5) * step;
    const shrink = Math.sqrt(1 - (z / rz) ** 2);
    const radius = outerRadius(heart, heart.lvWall, z);
    const strip = (2 * rx * shrink) / STRIPS;
    for (let at = 0; at < STRIPS; at++) {
      const across = -1 + (2 * (at + 0.5)) / STRIPS;
      const x = heart.rvCentreX + across * rx * shrink;
      const chord = ry * shrink * Math.sqrt(1 - across * across);
      const hidden = Math.abs(x) < radius ? Math.sqrt(radius * radius - x * x) : 0;
      volume += 2 * Math.max(0, chord - hidden) * strip * step;
    }
  }
  return volume;
}

/** Radius at height z of the surface one wall outside the cavity: found by bisection over the ellipse's angle, 0 beyond the apex. */
function outerRadius({ lvShort: a, lvLong: c }: LeftCavity, wall: number, z: number): number {
  if (Math.abs(z) >= c + wall) return 0;
  let low = -Math.PI / 2;
  let high = Math.PI / 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    const normal = Math.hypot(c * Math.cos(middle), a * Math.sin(middle));
    if (c * Math.sin(middle) + (wall * a * Math.sin(middle)) / normal < z) low = middle;
    else high = middle;
  }
  const angle = (low + high) / 2;
  const normal = Math.hypot(c * Math.cos(angle), a * Math.sin(angle));
  return a * Math.cos(angle) + (wall * c * Math.cos(angle)) / normal;
}
