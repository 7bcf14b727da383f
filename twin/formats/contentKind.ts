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
  | 'binary';

/** Each kind as it stands in a sentence. */
export const CONTENT_NAMES: Readonly<Record<ContentKind, string>> = {
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
  binary: 'binary of no known kind',
};

/** Signatures at the start of a file. */
const SIGNATURES: readonly (readonly [ContentKind, RegExp])[] = [
  ['gzip', /^\x1f\x8b/],
  ['zip', /^PK[\x03\x05]/],
  ['hdf5', /^\x89HDF\r\n/],
  ['png', /^\x89PNG\r\n/],
  ['pdf', /^%PDF-/],
  ['parquet', /^PAR1/],
  ['nrrd', /^NRRD\d/],
  ['vtk', /^# vtk DataFile/],
  ['gmsh', /^\$(MeshFormat|Comments|NOD\b)/],
  ['dicom', /^.{128}DICM/s],
  ['nifti', /^.{344}(n\+1|ni1)\0/s],
  ['xml', /^(\xef\xbb\xbf)?\s*<[?!A-Za-z]/],
];

/** Bytes that are looked at: a NIfTI header ends at 348. */
const LOOKED_AT = 512;

/** Tells what a file is by its first bytes. */
export function contentKind(bytes: Uint8Array): ContentKind {
  if (bytes.length === 0) return 'empty';
  const head = bytes.subarray(0, LOOKED_AT);
  const text = String.fromCharCode(...head);
  const known = SIGNATURES.find(([, pattern]) => pattern.test(text));
  if (known) return known[0];
  return head.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) ? 'binary' : 'text';
}
