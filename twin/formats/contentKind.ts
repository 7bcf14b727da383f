import { Gunzip } from 'fflate';
import { looksLikeLevel4 } from './mat/variables.ts';
import { firstElement, isUtf16Xml } from './xmlTree.ts';

/** What the first bytes of a file say it is. */
export type ContentKind =
  | 'empty'
  | 'text'
  | 'xml'
  | 'vtk'
  | 'gmsh'
  | 'gzip'
  | 'zip'
  | 'nifti'
  | 'nrrd'
  | 'dicom'
  | 'hdf5'
  | 'pdf'
  | 'png'
  | 'parquet'
  | 'scp'
  | 'mat'
  | 'binary';

/** Each kind as it stands in a sentence. */
const CONTENT_NAMES: Readonly<Record<ContentKind, string>> = {
  empty: 'empty',
  text: 'plain text',
  xml: 'XML',
  vtk: 'a VTK legacy file',
  gmsh: 'a Gmsh mesh',
  gzip: 'gzip-compressed',
  zip: 'a ZIP archive',
  nifti: 'a NIfTI image',
  nrrd: 'an NRRD image',
  dicom: 'DICOM',
  hdf5: 'HDF5',
  pdf: 'a PDF document',
  png: 'a PNG picture',
  parquet: 'a Parquet table',
  scp: 'an SCP-ECG record',
  mat: 'a MATLAB file',
  binary: 'binary of no known kind',
};

/** Marks of each kind: the text that stands at an offset. */
const SIGNATURES: readonly { readonly kind: ContentKind; readonly at: number; readonly text: string }[] = [
  { kind: 'gzip', at: 0, text: '\x1f\x8b' },
  { kind: 'zip', at: 0, text: 'PK\x03\x04' },
  { kind: 'hdf5', at: 0, text: '\x89HDF\r\n' },
  { kind: 'png', at: 0, text: '\x89PNG\r\n' },
  { kind: 'pdf', at: 0, text: '%PDF-' },
  { kind: 'parquet', at: 0, text: 'PAR1' },
  { kind: 'nrrd', at: 0, text: 'NRRD0' },
  { kind: 'scp', at: 16, text: 'SCPECG' },
  { kind: 'mat', at: 0, text: 'MATLAB 5.0 MAT-file' },
  { kind: 'mat', at: 0, text: 'MATLAB 7.3 MAT-file' },
  { kind: 'vtk', at: 0, text: '# vtk DataFile' },
  { kind: 'gmsh', at: 0, text: '$MeshFormat' },
  { kind: 'gmsh', at: 0, text: '$Comments' },
  { kind: 'gmsh', at: 0, text: '$PhysicalNames' },
  { kind: 'dicom', at: 128, text: 'DICM' },
  { kind: 'nifti', at: 344, text: 'n+1\0' },
  { kind: 'nifti', at: 344, text: 'ni1\0' },
];

/** Bytes that are looked at: a NIfTI header ends at 348. */
const LOOKED_AT = 512;
/** Compressed bytes that are surely enough for them. */
const COMPRESSED = 4096;

/** Tells what a file is by its first bytes. */
export function contentKind(bytes: Uint8Array): ContentKind {
  if (bytes.length === 0) return 'empty';
  const head = bytes.subarray(0, LOOKED_AT);
  const start = String.fromCharCode(...head);
  const known = SIGNATURES.find(({ at, text }) => start.startsWith(text, at));
  if (known) return known.kind;
  if (/^(\xef\xbb\xbf)?\s*<[?!A-Za-z]/.test(start) || isUtf16Xml(head)) return 'xml';
  if (looksLikeLevel4(head)) return 'mat';
  return head.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) ? 'binary' : 'text';
}

/** The content as it stands in a sentence: of compressed files also what is inside, of XML its first element. */
export function contentName(bytes: Uint8Array): string {
  const kind = contentKind(bytes);
  if (kind === 'gzip') {
    const inside = contentKind(startOfGzip(bytes));
    return inside === 'empty' || inside === 'binary'
      ? CONTENT_NAMES.gzip
      : `${CONTENT_NAMES.gzip}, ${CONTENT_NAMES[inside]} inside`;
  }
  if (kind === 'xml') {
    const element = firstElement(bytes);
    return element === undefined ? CONTENT_NAMES.xml : `${CONTENT_NAMES.xml} (${element})`;
  }
  return CONTENT_NAMES[kind];
}

/** The first bytes that come out; empty where nothing does. Only a few go in, so that a small file cannot become a large one. */
function startOfGzip(bytes: Uint8Array): Uint8Array {
  let start = new Uint8Array();
  const gunzip = new Gunzip((chunk) => {
    if (start.length === 0) start = chunk.slice(0, LOOKED_AT);
  });
  try {
    gunzip.push(bytes.subarray(0, COMPRESSED));
  } catch {
    // A damaged start tells nothing of what is inside; the file is named as gzip then.
  }
  return start;
}
