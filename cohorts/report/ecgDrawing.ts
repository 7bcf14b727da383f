import { type EcgLayout, type EcgOverlay, ecgSvg } from '../../twin/render/ecgSvg.ts';
import { compactPaths } from './compactPaths.ts';

/** Letters that are 12 px and more where the drawing stands in a page's column. */
const LETTERS = ' font-size="12.5"';

/** Twelve leads for a page: small in bytes, its letters as large as those of the other figures. */
export const ecgDrawing = (overlay: EcgOverlay, layout: EcgLayout): string =>
  compactPaths(ecgSvg(overlay, layout)).replace(' font-size="11"', LETTERS);
