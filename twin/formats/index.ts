import { TwinError } from '../errors.ts';
import { carp } from './carp.ts';
import { contentKind, contentName } from './contentKind.ts';
import { ecgCsv } from './ecgCsv.ts';
import type { EcgFormat, EcgOptions, EcgRecording, MeshFormat, RawMesh, ReadBeside } from './format.ts';
import { gmsh } from './gmsh.ts';
import { vtk } from './vtk.ts';
import { vtu } from './vtu.ts';
import { wfdb } from './wfdb.ts';

/** Every mesh format that is read. A new one is a file in this folder and its name here. */
export const meshFormats: readonly MeshFormat[] = [carp, vtk, vtu, gmsh];

/** Every ECG format that is read. */
export const ecgFormats: readonly EcgFormat[] = [wfdb, ecgCsv];

/** Endings of files that stand beside a main file, and that main file's ending. */
const COMPANIONS: Readonly<Record<string, string>> = { '.elem': '.pts', '.lon': '.pts', '.dat': '.hea' };

/**
 * Reads a mesh by the ending of its name; a name without a known ending is read by its content.
 *
 * @param name  file name, for messages and for the names of files beside it
 * @throws TwinError BadInput when the content is not what the ending says, or nothing that is known
 */
export function readMesh(name: string, bytes: Uint8Array, beside: ReadBeside): RawMesh {
  return chooseFormat(meshFormats, 'a mesh', name, bytes).read(bytes, name, beside);
}

/** Reads an ECG by the ending of its name; a name without a known ending is read by its content. @throws TwinError BadInput, as `readMesh` */
export function readEcg(name: string, bytes: Uint8Array, beside: ReadBeside, options: EcgOptions = {}): EcgRecording {
  return chooseFormat(ecgFormats, 'an ECG', name, bytes).read(bytes, name, beside, options);
}

function chooseFormat<Format extends MeshFormat | EcgFormat>(
  formats: readonly Format[],
  what: string,
  name: string,
  bytes: Uint8Array,
): Format {
  const ending = /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '';
  const found = contentKind(bytes);
  const refuse = (message: string): never => {
    throw new TwinError('BadInput', `${name}: ${message}`, { file: name, found });
  };
  const main = COMPANIONS[ending];
  if (main) refuse(`name the ${main} file instead; this one is found beside it`);
  const byEnding = formats.find(({ extensions }) => extensions.includes(ending));
  if (byEnding && (byEnding.content === found || found === 'empty')) return byEnding;
  const byContent = formats.filter(({ content }) => content === found && content !== 'text');
  if (byEnding) {
    const [other] = byContent;
    const advice = other
      ? `rename it to ${other.extensions.join(' or ')}`
      : 'export or decompress it to that format first';
    refuse(`the ending says ${byEnding.name}, the content is ${contentName(bytes)}; ${advice}`);
  }
  const [only] = byContent;
  if (only && byContent.length === 1) return only;
  const known = formats.map((format) => `${format.extensions.join(', ')} (${format.name})`).join('; ');
  return refuse(
    `the content is ${contentName(bytes)}, which under this ending is not read as ${what}; expected ${known}`,
  );
}
