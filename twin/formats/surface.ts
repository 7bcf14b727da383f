import { badInput } from './badInput.ts';
import { contentKind, contentName } from './contentKind.ts';
import { obj } from './obj.ts';
import { stl } from './stlRead.ts';
import type { RawSurface, SurfaceFormat } from './surfaceFormat.ts';
import { tri } from './tri.ts';
import { vtkSurface, vtp, vtuSurface } from './vtp.ts';

/** Every surface format that is read. A new one is a file in this folder and its name here. */
export const surfaceFormats: readonly SurfaceFormat[] = [obj, stl, vtp, vtuSurface, vtkSurface, tri];

/**
 * Reads a surface by the ending of its name.
 *
 * @param name file name, for messages
 * @throws TwinError BadInput when the ending is not known, the content is not what the ending says, or a coordinate is no number
 */
export function readSurface(name: string, bytes: Uint8Array): RawSurface {
  const ending = /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '';
  const format = surfaceFormats.find(({ extensions }) => extensions.includes(ending));
  const known = surfaceFormats.map((each) => `${each.extensions.join(', ')} (${each.name})`).join('; ');
  if (!format) throw badInput(name, `the content is ${contentName(bytes)}; expected a surface as ${known}`);
  if (!format.contents.includes(contentKind(bytes))) {
    throw badInput(
      name,
      `the ending says ${format.name}, the content is ${contentName(bytes)}; export or decompress it to that format first`,
    );
  }
  const surface = format.read(bytes, name);
  if (surface.triangles.length === 0) throw badInput(name, 'holds no triangles; expected a surface');
  const at = surface.points.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw badInput(
      name,
      `node ${Math.floor(at / 3)} (from 0) has the coordinate ${surface.points[at]}; expected numbers`,
    );
  return surface;
}
