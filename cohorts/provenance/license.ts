/** How a licence is stated: an SPDX identifier, or an https address. */
export const LICENSE = /^(?:[A-Za-z0-9][A-Za-z0-9.+-]{0,59}|https:\/\/[^\s"<>\\^`{|}]{1,200})$/;
export const LICENSE_EXPECTED = 'an SPDX identifier such as CC-BY-4.0, or an https address';

/** A licence as catalogues name it. */
export interface License {
  /** SPDX identifier; null for one that has only an address */
  readonly name: string | null;
  readonly url: string;
}

/** A study's licence, from its SPDX identifier or address; null where none is stated. */
export function licenseOf(stated: string | null): License | null {
  if (stated === null) return null;
  if (stated.startsWith('https://')) return { name: null, url: stated };
  return { name: stated, url: `https://spdx.org/licenses/${encodeURIComponent(stated)}` };
}
