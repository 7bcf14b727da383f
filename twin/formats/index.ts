import { TwinError } from '../errors.ts';
import { aecg } from './aecg.ts';
import { cardioSoft } from './cardioSoft.ts';
import { carp } from './carp.ts';
import { type ContentKind, contentKind, contentName } from './contentKind.ts';
import { dicomEcg } from './dicom/dicomEcg.ts';
import { ecgCsv } from './ecgCsv.ts';
import type { EcgFormat, EcgOptions, EcgRecording, MeshFormat, RawMesh, ReadBeside } from './format.ts';
import { gmsh } from './gmsh.ts';
import { gunzipBounded } from './gunzip.ts';
import { matEcg } from './mat/matEcg.ts';
import { muse } from './muse.ts';
import { philips } from './philips.ts';
import { scp } from './scp/scp.ts';
import { vtk } from './vtk.ts';
import { vtu } from './vtu.ts';
import { wfdb } from './wfdb.ts';
import { firstElement } from './xmlTree.ts';

/** Every mesh format that is read. A new one is a file in this folder and its name here. */
export const meshFormats: readonly MeshFormat[] = [carp, vtk, vtu, gmsh];

/** Every ECG format that is read. */
export const ecgFormats: readonly EcgFormat[] = [wfdb, ecgCsv, cardioSoft, muse, philips, aecg, scp, dicomEcg, matEcg];

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
  const byEnding = formats.filter(({ extensions }) => extensions.includes(ending));
  const [sure] = byEnding;
  if (sure && found === 'empty') return sure;
  const fitting = byElement(byEnding, found, bytes);
  if (fitting) return fitting;
  const isOfKind = byEnding.some(({ content }) => content === found);
  const byContent = found === 'text' ? undefined : byElement(formats, found, bytes);
  if (sure && !isOfKind) {
    const advice = byContent
      ? `rename it to ${byContent.extensions.join(' or ')}`
      : 'export or decompress it to that format first';
    const says = byEnding.map((format) => format.name).join(' or ');
    refuse(`the ending says ${says}, the content is ${contentName(bytes)}; ${advice}`);
  }
  if (byContent) return byContent;
  const known = formats.map((format) => `${format.extensions.join(', ')} (${nameOf(format)})`).join('; ');
  return refuse(
    `the content is ${contentName(bytes)}, which under this ending is not read as ${what}; expected ${known}`,
  );
}

/** The one format of a kind of content; of several in XML the one whose first element it is. */
function byElement<Format extends MeshFormat | EcgFormat>(
  formats: readonly Format[],
  kind: ContentKind,
  bytes: Uint8Array,
): Format | undefined {
  const candidates = formats.filter(({ content }) => content === kind);
  const [only] = candidates;
  if (kind !== 'xml') return candidates.length === 1 ? only : undefined;
  const element = firstElement(bytes);
  return candidates.find((format) => rootOf(format) === undefined || rootOf(format) === element);
}

const rootOf = (format: MeshFormat | EcgFormat): string | undefined =>
  'rootElement' in format ? format.rootElement : undefined;

const nameOf = (format: MeshFormat | EcgFormat): string => {
  const root = rootOf(format);
  return root === undefined ? format.name : `${format.name}, <${root}>`;
};
