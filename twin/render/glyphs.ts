/** Dots of a letter. */
export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;

/** Seven rows of five dots a letter, each row as a number to base 32 (0 … 9, a … v); drawn for this file. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': 'ehjlphe',
  '1': '4c4444e',
  '2': 'eh1248v',
  '3': 'v2421he',
  '4': '26aiv22',
  '5': 'vgu11he',
  '6': '68guhhe',
  '7': 'v124888',
  '8': 'ehhehhe',
  '9': 'ehhf12c',
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'shhhhhs',
  E: 'vggsggv',
  F: 'vggsggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hhpljhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hha4444',
  Z: 'v1248gv',
  m: '00qllll',
  s: '00fge1u',
  '.': '0000066',
  ',': '0000648',
  '-': '000v000',
  '(': '2488842',
  ')': '8422248',
  ' ': '0000000',
};

/** Rows of a letter from the top, five bits each, the leftmost dot highest; a box for what has no letter here. */
export function glyphRows(character: string): number[] {
  return [...(GLYPHS[character] ?? 'vhhhhhv')].map((digit) => Number.parseInt(digit, 32));
}
