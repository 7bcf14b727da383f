/** A broken file and what `twinfold check` must answer for its subject. */
export interface HostileCase {
  readonly folder: string;
  readonly file: string;
  /** Code and sentence; `control` where the gates mend or pass it; undefined for a subject that can be built */
  readonly expected?: RegExp | 'control';
  /** Finding that the control does not have, of a subject that can be built */
  readonly added?: string;
}
/** A broken sample sheet: its subjects with their findings, then the refused rows, or the error. */
export interface SheetCase {
  readonly folder: string;
  readonly settings: string;
  readonly fact: string;
  readonly expected: RegExp;
}

const mesh = (folder: string, expected: RegExp | 'control', file = 'mesh.pts'): HostileCase => ({
  folder,
  file,
  expected,
});
/** Offered as the subject's mesh. */
export const MESH_CASES: readonly HostileCase[] = [
  mesh('01_carp_pts_truncated', /^BadInput mesh\.pts: line 1 promises 405 nodes, the file holds \d+/),
  mesh('03_carp_elem_index_out_of_range', /^BadInput mesh\.elem: .*element 17 refers to node 405/),
  mesh('05_carp_elem_one_based', /^BadInput mesh\.elem: .*refers to node 405.*looks 1-based/),
  mesh('07_inverted_tets', 'control'),
  mesh('09_disconnected_components', /^BadAnatomy mesh\.pts: the muscle is in 2 components/),
  mesh('11_orphan_nodes', 'control'),
  mesh('13_unit_mm_as_um', /^BadInput mesh\.pts: .*in um, .*it would fit in mm/),
  mesh('15_missing_lon', 'control'),
  mesh('17_lon_zero_and_nan_fibres', 'control'),
  mesh('19_mislabelled_regions', 'control'),
  mesh('21_elem_mixed_types', /^BadInput mesh\.elem: line \d+: element \d+ is of type "(Hx|Tr)"/),
  mesh('23_vtu_header_giant', /^BadInput mesh\.vtu: .*promises 999999999999 points/, 'mesh.vtu'),
];

/** Offered as the subject's label map. */
export const LABEL_CASES: readonly HostileCase[] = [
  mesh('53_gzip_truncated', /^BadInput label\.nii\.gz: gzip ends early, after \d+ bytes/, 'label.nii.gz'),
  mesh('57_nifti_wrong_sizeof_hdr', /^BadInput label\.nii: not a NIfTI header: .*given as 1234/, 'label.nii'),
  mesh('59_nifti_negative_dim', /^BadInput label\.nii: dim\[1\] of the header is -108/, 'label.nii'),
  mesh('61_nifti_zero_pixdim', /^BadInput label\.nii: the voxel size \(pixdim\) is 1\.5 × 1\.5 × 0/, 'label.nii'),
  { folder: '63_nifti_float_labels', file: 'label.nii.gz', added: 'labels-rounded' },
  mesh('65_nifti_grey_image_not_labels', /^BadInput label\.nii\.gz: .*not a label map/, 'label.nii.gz'),
];

const ecg = (folder: string, expected: RegExp, file = 'ecg.hea'): HostileCase => ({ folder, file, expected });
const survived = (folder: string, added: string): HostileCase => ({ folder, file: 'ecg.hea', added });

/** Offered as the subject's ECG. */
export const ECG_CASES: readonly HostileCase[] = [
  ecg('25_ecg_empty', /^BadInput ecg\.dat: 0 of 5000 samples/),
  ecg('27_ecg_flat', /^BadEcg ecg\.hea: .*every lead is flat, expected a QRS/),
  survived('29_ecg_saturated', 'saturated-leads'),
  survived('31_ecg_limb_leads_swapped', 'limb-leads-swapped'),
  survived('33_ecg_einthoven_violated', 'einthoven-violated'),
  survived('35_ecg_nan_gap', 'ecg-gap'),
  ecg('37_wfdb_header_path_traversal', /^BadInput ecg\.hea: .*etc\/passwd.* does not lie beside the header/),
  ecg(
    '39_xml_external_entity',
    /^BadInput ecg\.xml: line 2: a DOCTYPE with declarations of its own was refused/,
    'ecg.xml',
  ),
  ecg('41_scp_bad_crc', /^BadInput ecg\.scp: section 6 \(rhythm\) does not fit its checksum \(CRC-CCITT\)/, 'ecg.scp'),
  ecg(
    '43_wrong_extension',
    /^BadInput ecg\.xml: the ending says .*HL7 aECG, the content is gzip-compressed, a NIfTI image inside; export or decompress/,
    'ecg.xml',
  ),
];

export const SHEET_CASES: readonly SheetCase[] = [
  {
    folder: '44_csv_bom_semicolon_comma_decimal',
    settings: '',
    fact: 'a byte-order mark, semicolons and decimal commas are read',
    expected: /^P001 \| P002 \| P003$/,
  },
  {
    folder: '45_csv_na_values',
    settings: 'missing: [-9, 999]\n',
    fact: 'missing and unknown values are left out, each with its reason',
    expected:
      /P001 age-missing \| P002 age-missing height-missing \| P003 sex-unknown height-missing \| P004 sex-unknown age-missing weight-missing \| P005/,
  },
  {
    folder: '47_csv_path_traversal_ids',
    settings: '',
    fact: 'hostile ids are refused one by one, the sound subject goes on',
    expected: /^P002(?: \| demographics\.csv:\d+: [^|]+){6}$/,
  },
  {
    folder: '49_csv_latin1',
    settings: '',
    fact: 'an unknown encoding is an error with its line',
    expected: /demographics\.csv:2: byte 0xfc is not UTF-8/,
  },
  {
    folder: '49_csv_latin1',
    settings: 'encoding: latin1\n',
    fact: 'declared Latin-1 is read',
    expected: /^Müller .*\| P002/,
  },
  {
    folder: '51_csv_sex_height_swapped',
    settings: '',
    fact: 'metres, grams and an age of 540 are left out, field by field',
    expected: /^P001 \| P002 height-out-of-range weight-out-of-range \| P003 age-out-of-range$/,
  },
];
