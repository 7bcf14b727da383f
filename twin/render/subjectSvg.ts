import { type Anatomy, ELECTRODES, type Point } from '../anatomy/anatomy.ts';
import { type BodyAxes, bodyAxes } from '../anatomy/bodyAxes.ts';
import { TORSO_IS_MESH } from '../conductor/torsoFrame.ts';
import type { TorsoModel, TriangleSurface } from '../conductor/torsoModel.ts';
import { encodeBase64 } from '../formats/base64.ts';
import type { LabelImage } from '../images/labelImage.ts';
import { contoursOf, type Plane } from './contours.ts';
import { dot, findHeartFrame } from './heartFrame.ts';
import { labelTile } from './labelTile.ts';
import { encodePng } from './png.ts';

/** What a person looks over before a twin is computed. */
export interface SubjectScene {
  readonly anatomy: Anatomy;
  /** Surfaces of the body, where it is known */
  readonly body?: readonly TriangleSurface[];
  /** The label map that the mesh was made from, in the mesh's frame */
  readonly image?: LabelImage;
}

/** Edge of a panel, pixels, and what it shows, mm from its middle. */
const PANEL = 200;
const GAP = 8;
const TITLE = 18;
const HEART_mm = 75;
const WITH_ATRIA_mm = 100;
const BODY_mm = 260;
const COLOUR = {
  lv: '#d55e00',
  rv: '#0072b2',
  atria: '#009e73',
  outside: '#37332d',
  base: '#9a938a',
  body: '#b9b1a6',
  text: '#37332d',
} as const;

/**
 * One subject in four panels: short-axis and long-axis sections with the contours of its surfaces (over the label map where the mesh was made of
 * one), and the frontal and transverse plane of the body through the heart with the electrodes. A standalone SVG; pictures inside are PNG.
 *
 * @throws TwinError BadAnatomy when the heart has no frame to be drawn in
 */
export function subjectSvg({ anatomy, body = [], image }: SubjectScene): string {
  const { mesh, surfaces, electrodes } = anatomy;
  const heart = findHeartFrame(mesh.points, surfaces);
  const { left, back, head } = anatomy.torso ? axesOf(anatomy.torso) : bodyAxes(electrodes);
  const front: Point = [-back[0], -back[1], -back[2]];
  const heartReach = anatomy.atria === undefined ? HEART_mm : WITH_ATRIA_mm;
  const sections: readonly (Section & { readonly isBody: boolean })[] = [
    { title: 'short axis', plane: { origin: heart.centre, right: heart.right, up: heart.front }, isBody: false },
    { title: 'long axis', plane: { origin: heart.centre, right: heart.right, up: heart.up }, isBody: false },
    { title: 'from the front', plane: { origin: heart.centre, right: left, up: head }, isBody: true },
    { title: 'from the feet', plane: { origin: heart.centre, right: left, up: front }, isBody: true },
  ];
  const panels = sections.map(({ isBody, ...section }, at) => {
    const reach = isBody ? BODY_mm : heartReach;
    const inside = isBody
      ? lines(
          section.plane,
          body.map((surface) => ({ ...surface, colour: COLOUR.body })),
          reach,
        ) + electrodeMarks(electrodes, section.plane, reach)
      : background(image, section.plane, reach);
    const heartLines = lines(section.plane, heartSurfaces(anatomy), reach);
    return panel(section.title, at, inside + heartLines);
  });
  const width = sections.length * PANEL + (sections.length - 1) * GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL + TITLE}" role="img" aria-label="Sections of the heart and electrodes around it" font-family="system-ui, sans-serif" font-size="10" fill="none" stroke-linejoin="round">${panels.join('')}</svg>`;
}

/** The directions of a torso's own frame. */
function axesOf({ frame }: TorsoModel): BodyAxes {
  const [a, b, c, d, e, f, g, h, i] = (frame ?? TORSO_IS_MESH).rotation;
  return { left: [a, d, g], back: [b, e, h], head: [c, f, i] };
}

interface Section {
  readonly title: string;
  readonly plane: Plane;
}

interface ColouredSurface extends TriangleSurface {
  readonly colour: string;
}

function heartSurfaces({ mesh: { points }, surfaces, atria }: Anatomy): ColouredSurface[] {
  const of = (triangles: Uint32Array, colour: string) => ({ points, triangles, colour });
  const { epi, base, lvEndo, rvEndo } = surfaces;
  const ventricles = [of(epi, COLOUR.outside), of(base, COLOUR.base), of(lvEndo, COLOUR.lv), of(rvEndo, COLOUR.rv)];
  if (atria === undefined) return ventricles;
  const { laEndo, raEndo, epi: outside } = atria.surfaces;
  const atrial = [laEndo, raEndo, outside].map((triangles) => ({
    points: atria.mesh.points,
    triangles,
    colour: COLOUR.atria,
  }));
  return [...atrial, ...ventricles];
}

/** Contours of surfaces on a plane as paths, in pixels from the panel's middle. */
function lines(plane: Plane, surfaces: readonly ColouredSurface[], reach: number): string {
  const scale = PANEL / 2 / reach;
  return surfaces
    .map(({ points, triangles, colour }) => {
      const paths = contoursOf(points, triangles, plane).map((line) => pathOf(line, scale));
      return paths.length === 0 ? '' : `<path stroke="${colour}" stroke-width="1.3" d="${paths.join('')}"/>`;
    })
    .join('');
}

/** A line without the places that lie within a pixel of the last one drawn. */
function pathOf(line: Float64Array, scale: number): string {
  let path = '';
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  for (let at = 0; at < line.length; at += 2) {
    const [x, y] = [scale * line[at], -scale * line[at + 1]];
    const isLast = at === line.length - 2;
    if (!isLast && Math.hypot(x - lastX, y - lastY) < 1) continue;
    path += `${path === '' ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    [lastX, lastY] = [x, y];
  }
  return path;
}

function electrodeMarks(electrodes: Anatomy['electrodes'], { origin, right, up }: Plane, reach: number): string {
  const scale = PANEL / 2 / reach;
  return ELECTRODES.map((name) => {
    const [x, y, z] = electrodes[name];
    const from: Point = [x - origin[0], y - origin[1], z - origin[2]];
    const [u, v] = [(scale * dot(from, right)).toFixed(1), (-scale * dot(from, up)).toFixed(1)];
    return `<circle cx="${u}" cy="${v}" r="2.5" fill="${COLOUR.outside}"/><text x="${u}" dx="4" y="${v}" dy="-3" fill="${COLOUR.text}">${name}</text>`;
  }).join('');
}

function background(image: LabelImage | undefined, plane: Plane, reach: number): string {
  if (image === undefined) return '';
  const png = encodeBase64(encodePng(labelTile(image, plane, reach)));
  const half = PANEL / 2;
  return `<image href="data:image/png;base64,${png}" x="${-half}" y="${-half}" width="${PANEL}" height="${PANEL}" style="image-rendering:pixelated"/>`;
}

function panel(title: string, at: number, content: string): string {
  const half = PANEL / 2;
  const x = at * (PANEL + GAP);
  return `<text x="${x}" y="12" fill="${COLOUR.text}">${title}</text><svg x="${x}" y="${TITLE}" width="${PANEL}" height="${PANEL}" viewBox="${-half} ${-half} ${PANEL} ${PANEL}"><rect x="${-half}" y="${-half}" width="${PANEL}" height="${PANEL}" fill="#fff" stroke="#e6e1da"/>${content}</svg>`;
}
