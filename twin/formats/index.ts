import { TwinError } from '../errors.ts';
import { carp } from './carp.ts';
import { contentKind, contentName } from './contentKind.ts';
import { ecgCsv } from './ecgCsv.ts';
import type { EcgFormat, EcgOptions, EcgRecording, MeshFormat, RawMesh, ReadBeside } from './format.ts';
import { gmsh } from './gmsh.ts';
import { gunzipBounded } from './gunzip.ts';
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
  const file = openGzip(meshFormats, { name, bytes, beside });
  return chooseFormat(meshFormats, 'a mesh', file.name, file.bytes).read(file.bytes, file.name, file.beside);
}

/** Reads an ECG by the ending of its name; a name without a known ending is read by its content. @throws TwinError BadInput, as `readMesh` */
export function readEcg(name: string, bytes: Uint8Array, beside: ReadBeside, options: EcgOptions = {}): EcgRecording {
  const file = openGzip(ecgFormats, { name, bytes, beside });
  return chooseFormat(ecgFormats, 'an ECG', file.name, file.bytes).read(file.bytes, file.name, file.beside, options);
}

interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly beside: ReadBeside;
}

/** `heart.vtu.gz` as the `heart.vtu` that lies in it, and the files beside it likewise; anything else as it is. */
function openGzip(formats: readonly (MeshFormat | EcgFormat)[], { name, bytes, beside }: NamedFile): NamedFile {
  const inside = /\.gz$/i.test(name) ? name.slice(0, -3) : '';
  const ending = endingOf(inside);
  const isRead = inside !== '' && (ending === '' || formats.some(({ extensions }) => extensions.includes(ending)));
  if (!isRead || contentKind(bytes) !== 'gzip') return { name, bytes, beside };
  return {
    name: inside,
    bytes: gunzipBounded(bytes, name),
    beside: (file) => {
      const plain = beside(file);
      const packed = plain ? undefined : beside(`${file}.gz`);
      return packed ? gunzipBounded(packed, `${file}.gz`) : plain;
    },
  };
}

const endingOf = (name: string): string => /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '';

function chooseFormat<Format extends MeshFormat | EcgFormat>(
  formats: readonly Format[],
  what: string,
  name: string,
  bytes: Uint8Array,
): Format {
  const ending = endingOf(name);
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
